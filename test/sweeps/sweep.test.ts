import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Sweep, solve, sweep, UserError } from '../../src/index.ts'
import { sweepPictures } from '../../src/sweeps/picture.ts'
import { sweepTable } from '../../src/sweeps/rows.ts'
import { run, start, withoutProgress } from '../cli/run.ts'

const SMALL = { steps: 2, iterations: 4, paths: 256, workers: 1 }
const FLAGS = ['--steps', '2', '--iterations', '4', '--paths', '256', '--workers', '1', '--set', 'dim=2']
const folder = () => mkdtemp(join(tmpdir(), 'sweep-'))
/** All but what a clock says. */
const bits = ({ rows }: Pick<Sweep, 'rows'>) => rows.map(({ elapsedMs: _, ...row }) => row)

describe('sweep()', () => {
  it('gives each combination what solve gives there, and a reason where there is no value', async () => {
    const seen: number[] = []
    const found = await sweep('hjb-lq', {
      ...SMALL,
      vary: { dim: [2, 3], lambda: [1, 1e300] },
      onRow: ({ seed }) => seen.push(seed),
    })
    expect(found).toMatchObject({
      problem: 'hjb-lq',
      varied: ['dim', 'lambda'],
      seeds: [1],
      isComplete: true,
    })
    expect(found.rows.map(({ varied }) => [varied.dim, varied.lambda])).toEqual([
      [2, 1],
      [2, 1e300],
      [3, 1],
      [3, 1e300],
    ])
    expect(seen).toHaveLength(4)
    const alone = await solve('hjb-lq', { ...SMALL, settings: { dim: 3, lambda: 1 } })
    expect(found.rows[2]).toMatchObject({
      value: alone.value,
      interval: alone.interval,
      gradient: alone.gradient,
    })
    expect(found.rows[1]).toMatchObject({ status: 'diverged', value: null, interval: null })
    expect(found.rows[1].reason).toMatch(/iteration \d/)
  })

  it('does not do again what its journal has', async () => {
    const journal = join(await folder(), 'runs.jsonl')
    const stop = new AbortController()
    const options = { ...SMALL, settings: { dim: 2 }, vary: { lambda: [1, 2, 3] }, journal }
    const half = await sweep('hjb-lq', { ...options, signal: stop.signal, onRow: () => stop.abort() })
    expect(half).toMatchObject({ isComplete: false, rows: [{ varied: { lambda: 1 } }] })
    const kept = await readFile(journal, 'utf8')
    const all = await sweep('hjb-lq', options)
    expect(all.rows[0]).toEqual(half.rows[0])
    expect((await readFile(journal, 'utf8')).startsWith(kept)).toBe(true)
    expect(await sweep('hjb-lq', options)).toEqual(all)
    const afresh = await sweep('hjb-lq', { ...options, journal: undefined, atOnce: 2, workers: 2 })
    expect(bits(afresh)).toEqual(bits(all))
  })

  it('refuses before any work', async () => {
    await expect(sweep('hjb-lq', { vary: { lamda: [1] } })).rejects.toThrow(/unknown setting 'lamda'/)
    await expect(sweep('hjb-lq', { vary: { lambda: [1] }, levels: 3 })).rejects.toThrow(UserError)
    await expect(sweep('hjb-lq', { vary: { lambda: [1] }, workers: 1000 })).rejects.toThrow(/workers must be/)
  })
})

describe('what a sweep tells', () => {
  const row = (strike: number, sigma: number, value: number | null, seed = 1): Sweep['rows'][number] => ({
    varied: { strike, sigma },
    seed,
    status: value === null ? 'diverged' : 'converged',
    reason: value === null ? 'inf' : null,
    value,
    standardError: value === null ? null : 0.01,
    interval: value === null ? null : [value - 0.02, value + 0.02],
    gradient: value === null ? null : [0.5],
    reference: null,
    relativeError: null,
    elapsedMs: 1000,
  })
  const rows = [row(80, 0.1, 20), row(80, 0.2, 21), row(90, 0.1, 12), row(90, 0.2, null)]

  it('has columns for people that are not empty, and all of them for programs', () => {
    const keys = (audience: 'people' | 'programs') => sweepTable(rows, audience).columns.map(({ key }) => key)
    expect(keys('people')).toEqual([
      'strike',
      'sigma',
      'shownValue',
      'gradient1',
      'status',
      'reason',
      'seconds',
    ])
    expect(keys('programs')).toEqual([
      'strike',
      'sigma',
      'seed',
      'value',
      'standardError',
      'low',
      'high',
      'reference',
      'relativeError',
      'gradient1',
      'status',
      'reason',
      'seconds', // biome-ignore format: a list
    ])
  })

  it('is a line over one number, a map over two, and no picture of anything else', () => {
    const titles = (varied: string[], some = rows) =>
      sweepPictures({ rows: some, varied }).map(({ title }) => title)
    expect(titles(['strike', 'sigma'])).toEqual(['Value over strike and sigma'])
    // What does not differ takes no axis.
    expect(
      titles(
        ['strike', 'sigma'],
        rows.filter(({ varied }) => varied.sigma === 0.1),
      ),
    ).toEqual(['Value over strike'])
    expect(titles([])).toEqual([])
    expect(
      titles(
        ['x0'],
        rows.map((one, k) => ({ ...one, varied: { x0: [k, 1] } })),
      ),
    ).toEqual([])
    expect(
      titles(
        ['strike', 'sigma'],
        rows.map((one) => ({ ...one, value: null })),
      ),
    ).toEqual([])
  })
})

describe('deepbsde sweep', () => {
  it('writes the table in the form of its ending, a page and a picture', async () => {
    const at = await folder()
    const [csv, page, picture] = ['s.csv', 's.html', 's.svg'].map((name) => join(at, name))
    const args = ['sweep', 'hjb-lq', ...FLAGS, '--vary', 'lambda=0.2:0.4:0.1']
    const first = await run([...args, '--out', csv, '--report', page, '--plot', picture])
    expect(first.exitCode, first.stderr).toBe(0)
    expect(first.stderr).toMatch(/^hjb-lq: 3 runs, lambda \(3\)$/m)
    expect(first.stdout).toMatch(/^lambda +value .* status +(reason +)?time/m)
    const table = await readFile(csv, 'utf8')
    expect(table).toMatch(/^lambda,seed,value,standardError,low,high,reference,relativeError,gradient1,/)
    expect(table.trimEnd().split('\n')).toHaveLength(4)
    expect(await readFile(page, 'utf8')).toMatch(/<svg[\s\S]*deepbsde sweep hjb-lq/)
    expect(await readFile(picture, 'utf8')).toMatch(/^<svg [\s\S]*Value over lambda/)
    const known = ['--journal', `${csv}.journal`, '--quiet']
    const shown = async (format: string) => (await run([...args, ...known, '--format', format])).stdout
    expect(await shown('csv')).toBe(table)
    expect(await shown('table')).toBe(first.stdout)
    expect(await shown('markdown')).toMatch(/^\| lambda \| value \|/)
    expect(await shown('latex')).toMatch(/^\\begin\{table\}/)
    expect(await shown('json')).toBe((await run([...args, ...known, '--json'])).stdout)
    for (const ending of ['jsonl', 'md']) {
      const out = join(at, `s.${ending}`)
      const again = await run([...args, '--out', out, ...known, '--json'])
      expect(again.stderr).toBe('')
      const { rows } = JSON.parse(again.stdout) as Sweep
      const text = await readFile(out, 'utf8')
      if (ending === 'md') expect(text).toMatch(/^\| lambda \| value \|/)
      else
        expect(
          text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line)),
        ).toEqual(rows)
    }
  })

  it('goes on after a kill, with the bits of a sweep that nobody disturbed', async () => {
    const at = await folder()
    const cases = join(at, 'cases.csv')
    await writeFile(cases, 'lambda,horizon\n1,0.5\n0.2,0.5\n1,1\n0.2,1\n')
    const args = ['sweep', 'hjb-lq', ...FLAGS, '--from', cases, '--seeds', '2', '--json']
    const out = join(at, 's.jsonl')
    for (const after of ['2/8 ', '5/8 ']) {
      const killed = start([...args, '--out', out])
      await killed.says(after)
      killed.process.kill('SIGKILL')
      await killed.outcome
    }
    const stopped = start([...args, '--out', out])
    await stopped.says('6/8 ')
    stopped.process.kill('SIGINT')
    const ended = await stopped.outcome
    // It may have come to its end before the signal.
    expect([0, 3, 130]).toContain(ended.exitCode)
    const last = await run([...args, '--out', out])
    const undisturbed = await run([...args, '--quiet'])
    expect(last.exitCode, last.stderr).toBe(undisturbed.exitCode)
    expect(bits(JSON.parse(last.stdout))).toEqual(bits(JSON.parse(undisturbed.stdout)))
    expect((await readFile(`${out}.journal`, 'utf8')).trimEnd().split('\n')).toHaveLength(8)
    expect((await readdir(at)).sort()).toEqual(['cases.csv', 's.jsonl', 's.jsonl.journal'])
  })

  it.each([
    [['--vary', 'lambda=1:2:0'], /the step of '1:2:0' is zero/],
    [['--vary', 'lamda=1,2'], /unknown setting 'lamda'. Did you mean 'lambda'\?/],
    [[], /nothing is varied. Use --vary/],
    [['--vary', 'x0=[1,2],[0,0]', '--plot', 'x.svg'], /a picture is of one or two varied numbers/],
    [['--vary', 'lambda=1,2', '--out', 'x.xls'], /--out writes text, got 'x\.xls'\. Use --out table\.csv/],
    [['--vary', 'lambda=1,2', '--format', 'xml'], /--format must be one of table, json, csv,/],
    [['--vary', 'lambda=1,2', '--format', 'csv', '--json'], /only one format at a time/],
    [
      ['--vary', 'lambda=0:1:1e-6', '--quiet'],
      /1,000,001 runs would take about .* Vary less, or begin all the same with --yes/,
    ],
  ])('refuses %j in one line, and begins nothing', async (args, message) => {
    const { exitCode, stdout, stderr } = await run(['sweep', 'hjb-lq', ...FLAGS, ...args])
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(withoutProgress(stderr).trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(message)
  })

  it('ends with 3 where a run diverged, 1 where one was refused, and goes on in both cases', async () => {
    const args = ['sweep', 'hjb-lq', ...FLAGS, '--quiet', '--json']
    const diverged = await run([...args, '--vary', 'lambda=1e300,1'])
    expect(diverged.exitCode).toBe(3)
    expect(JSON.parse(diverged.stdout).rows).toMatchObject([{ status: 'diverged' }, { status: 'imprecise' }])
    const refused = await run([
      ...args.filter((word) => word !== 'dim=2' && word !== '--set'),
      '--vary',
      'dim=100000,2',
      '--memory',
      '60',
    ])
    expect(refused.exitCode).toBe(1)
    expect(JSON.parse(refused.stdout).rows).toMatchObject([
      { status: 'refused', reason: expect.stringMatching(/needs .* of memory/) },
      { status: 'imprecise' },
    ])
  })
})
