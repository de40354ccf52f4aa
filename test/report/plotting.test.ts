import { describe, expect, test } from 'vitest'
import { LIGHT } from '../../src/drawing/palette.ts'
import { drawMarks, loadPlotter, optional, stackPictures } from '../../src/drawing/plotting.ts'
import { UserError } from '../../src/errors/errors.ts'

describe('an optional package', () => {
  test('that is missing is named, with what to do', async () => {
    const name = 'deepbsde-no-such-package'
    const missing = optional(name, () => import(name))
    await expect(missing).rejects.toThrow(UserError)
    await expect(missing).rejects.toThrow(/optional package deepbsde-no-such-package.*npm install/)
  })

  test('that fails by itself says so', async () => {
    const broken = optional('it', () => Promise.reject(new TypeError('broken')))
    await expect(broken).rejects.toThrow(new TypeError('broken'))
  })
})

describe('a frame', () => {
  test('makes room for long labels', async () => {
    const plotter = await loadPlotter()
    const draw = (y: number) =>
      drawMarks(plotter, { width: 300, height: 200 }, LIGHT, {
        y: { tickFormat: (tick: number) => tick.toFixed(12) },
        marks: [plotter.plot.lineY([y, 2 * y])],
      })
    const [, x] = draw(1).match(/aria-label="y-axis tick label"><text transform="translate\(([\d.]+)/)!
    expect(Number(x)).toBeGreaterThan(100)
  })

  test('escapes text', async () => {
    const plotter = await loadPlotter()
    const { plot } = plotter
    const svg = drawMarks(plotter, { width: 300, height: 200 }, LIGHT, {
      marks: [plot.text(['<script>&'], { x: [1], y: [1], text: (text: string) => text })],
    })
    expect(svg).toContain('&lt;script')
    expect(stackPictures([svg], { width: 300, height: 200 }, '<b>', LIGHT)).toContain('&lt;b&gt;')
  })
})
