/** Rows in every form: which form is meant, where they go, and what is in them. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rowsOf } from '../../src/cli/rows.ts'
import { solutionTable, solutionTableInFull } from '../../src/report/solution-table.ts'
import { formatTable } from '../../src/report/table.ts'
import { QUICK, run } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-rows-'))

describe('the form of rows', () => {
  it.each([
    [{}, 'table'],
    [{ format: 'latex' as const }, 'latex'],
    [{ json: true }, 'json'],
    [{ csv: true }, 'csv'],
    [{ json: true, format: 'json' as const }, 'json'],
    [{ out: join(folder, 'a.csv') }, 'csv'],
    [{ out: join(folder, 'a.MD') }, 'markdown'],
    [{ out: join(folder, 'a.tex') }, 'latex'],
    [{ out: join(folder, 'a.dat') }, 'table'],
    [{ out: join(folder, 'a.csv'), format: 'json' as const }, 'json'],
  ])('%j', (flags, format) => expect(rowsOf(flags).format).toBe(format))

  it('is one', () => {
    expect(() => rowsOf({ json: true, csv: true })).toThrow(/got --json and --csv\. Leave all but one out/)
  })

  it('destroys no input', () => {
    const path = join(folder, 'page.json')
    writeFileSync(path, '{}')
    expect(() => rowsOf({ out: path }, [{ what: 'the page', path }])).toThrow(/which it would destroy/)
  })
})

const solution = {
  value: 1.25,
  standardError: 0.01,
  interval: [1.23, 1.27] as [number, number],
  gridError: null,
  reference: null,
  relativeError: null,
  gradient: [1, null, 3, 4, 5],
  gradientStandardError: [0.1, null, 0.3, 0.4, 0.5],
  status: 'converged' as const,
  reason: null,
  elapsedMs: { prepare: 1, train: 2, estimate: 3, total: 6 },
}
const runs = [{ names: { kappa: 2 }, solution }]

describe('a solution', () => {
  it('has every component of its gradient for programs', () => {
    const [heads, cells] = formatTable(solutionTableInFull(runs), 'csv').split('\n')
    const row = Object.fromEntries(heads.split(',').map((head, k) => [head, cells.split(',')[k]]))
    expect(row).toMatchObject({ kappa: '2', value: '1.25', low: '1.23', gradient5: '5', gradient2: '' })
    expect(row.gradient4StandardError).toBe('0.4')
  })

  it('has no empty column for people', () => {
    expect(solutionTable(runs).columns.map(({ key }) => key)).toEqual([
      'kappa',
      'value',
      'standardError',
      'gradient',
      'status',
      'time',
    ])
  })
})

it('a table that is too wide becomes a block for each row', () => {
  const text = formatTable(solutionTable(runs), 'text', 60)
  expect(text).toContain('kappa     2\nvalue     1.2500000\n')
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
})

it('--out writes what would be printed, and prints nothing', async () => {
  const path = join(folder, 'points.csv')
  const { exitCode, stdout } = await run(['solve', ...QUICK, '--at', '1', '--at', '2', '-q', '--out', path])
  expect([exitCode, stdout]).toEqual([0, ''])
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[0]).toContain('gradient5,gradient5StandardError')
})
