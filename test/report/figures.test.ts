/** Figures for papers: the value along a line, as SVG, PNG and PDF. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { LIGHT } from '../../src/drawing/palette.ts'
import { loadPlotter } from '../../src/drawing/plotting.ts'
import { drawPoints, POINTS_WIDTH } from '../../src/report/pictures/points.ts'
import type { TabledSolution } from '../../src/report/solution-table.ts'
import { checkPlotPath, writePicture } from '../../src/report/write.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-figures-'))

function solved(x: number): { x0: number[]; solution: TabledSolution } {
  const value = x * x
  return {
    x0: [x, 7],
    solution: {
      value,
      standardError: 0.1,
      interval: [value - 0.2, value + 0.2],
      gridError: null,
      reference: { value, source: 'x²' },
      relativeError: 0,
      gradient: [2 * x, null],
      gradientStandardError: [0.05, null],
      status: 'converged',
      reason: null,
      elapsedMs: { prepare: 1, train: 1, estimate: 1, total: 3 },
    },
  }
}
const svg = drawPoints('x²: u(0, x₀)', [3, 1, 2].map(solved), await loadPlotter(), LIGHT)

it('has value and derivative with their bars, along the component that varies', () => {
  expect(svg).toContain('derivative by x1')
  expect(svg).toContain('>x1 →<')
  // Three points, twice, and a bar for each.
  expect(svg.match(/<circle /g)).toHaveLength(6)
  expect(svg.match(/aria-label="rule"/g)).toHaveLength(2)
})

/** What a PDF's streams say, unpacked. */
function contentOf(pdf: Buffer): string {
  return [...pdf.toString('latin1').matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)]
    .map(([, bytes]) => {
      try {
        return inflateSync(Buffer.from(bytes, 'latin1')).toString('latin1')
      } catch {
        return ''
      }
    })
    .join('\n')
}

it('is a PDF with text as text, and the same one every time', async () => {
  const [first, second] = [join(folder, 'a.pdf'), join(folder, 'b.pdf')]
  for (const path of [first, second]) await writePicture(path, svg, POINTS_WIDTH)
  const pdf = readFileSync(first)
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  const shown = [...contentOf(pdf).matchAll(/<([0-9a-f]+)>/g)]
    .map(([, hex]) => Buffer.from(hex, 'hex').toString('latin1'))
    .join('')
  expect(shown.replaceAll(' ', '')).toContain('derivativebyx1')
  expect(pdf.equals(readFileSync(second))).toBe(true)
})

it.each(['.svg', '.png', '.pdf'])('%s is an ending', (ending) =>
  expect(checkPlotPath(`a${ending.toUpperCase()}`)).toBe(ending))

it('no other is', () =>
  expect(() => checkPlotPath('a.jpg')).toThrow(/ends in \.svg, \.png or \.pdf, got 'a\.jpg'/))
