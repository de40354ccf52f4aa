import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { QUICK, run, start } from './run.ts'

/** The form that other programs rely on. */
const KEYS = [
  'problem',
  'settings',
  'method',
  'status',
  'reason',
  'contradiction',
  'rollbacks',
  'value',
  'standardError',
  'errors',
  'interval',
  'confidence',
  'gridError',
  'gridErrorStandardError',
  'isExtrapolated',
  'gridOrder',
  'deviation',
  'remainder',
  'gradient',
  'gradientStandardError',
  'gradientReference',
  'reference',
  'relativeError',
  'iterations',
  'steps',
  'batchSize',
  'paths',
  'workers',
  'kernel',
  'seed',
  'options',
  'elapsedMs',
  'version',
]

describe('solve --json', () => {
  it('prints one object of the agreed form and nothing else', async () => {
    const { exitCode, stdout, stderr } = await run(['solve', ...QUICK, '--json', '--seed', '7', '--quiet'])
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    expect(stdout.endsWith('}\n')).toBe(true)
    const solution = JSON.parse(stdout)
    expect(Object.keys(solution)).toEqual(KEYS)
    expect(solution).toMatchObject({
      problem: 'heat',
      settings: { dim: 5 },
      method: 'deep-bsde',
      iterations: 20,
      paths: 512,
      workers: 2,
      seed: 7,
      confidence: 0.95,
    })
    expect(solution.gradient).toHaveLength(5)
    expect(Object.keys(solution.elapsedMs)).toEqual(['prepare', 'train', 'estimate', 'gradient', 'total'])
    const { value, standardError, interval, reference } = solution
    expect(Math.abs(value - reference.value)).toBeLessThan(4 * standardError)
    expect(interval[0]).toBeLessThan(value)
    expect((interval[1] - value) / standardError).toBeCloseTo(1.96, 2)
  })

  it('has every iteration with --history', async () => {
    const { stdout } = await run(['solve', ...QUICK, '--json', '--history'])
    const solution = JSON.parse(stdout)
    expect(Object.keys(solution)).toEqual([...KEYS, 'history'])
    for (const column of ['loss', 'estimate', 'rate', 'elapsedMs'])
      expect(solution.history[column]).toHaveLength(20)
  })
})

describe('solve', () => {
  it('prints a report on stdout, without colours or a chart outside a terminal', async () => {
    const { exitCode, stdout } = await run(['solve', ...QUICK])
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('\u001b')
    for (const label of [
      'u(0, x0)',
      '95 % interval',
      'grid error',
      'reference',
      'relative error',
      'gradient',
      'time',
    ]) {
      expect(stdout).toContain(`\n  ${label} `)
    }
    expect(stdout).not.toContain('by iteration')
  })

  it('ends with exit code 3 where the numbers stop being finite, and says where', async () => {
    // As published, so that the cube of Y is taken as it comes.
    const args = ['solve', 'allen-cahn', '--set', 'dim=5', '--preset', 'published', '--iterations', '20']
    const { exitCode, stdout, stderr } = await run([...args, '--learning-rate', '1e9', '--json', '--quiet'])
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(
      /^deepbsde: allen-cahn: the run diverged: .* at iteration \d+, step \d+.*--learning-rate.*\n$/,
    )
    const form = JSON.parse(stdout)
    expect(form).toMatchObject({
      problem: 'allen-cahn',
      status: 'diverged',
      value: null,
      standardError: null,
    })
    expect(form.divergence.iteration).toBeGreaterThanOrEqual(0)
  })

  it('logs every iteration, with a start and an end, run after run', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'deepbsde-')), 'run.ndjson')
    await run(['solve', ...QUICK, '--log', path])
    const lines = await readLines(path)
    expect(lines.map(({ event }) => event)).toEqual(['start', ...Array(20).fill('iteration'), 'end'])
    expect(lines[1]).toMatchObject({ iteration: 1 })
    expect(Object.keys(lines[1])).toEqual(expect.arrayContaining(['loss', 'estimate', 'rate', 'elapsedMs']))
    expect(lines[21]).toMatchObject({ problem: 'heat', status: 'converged' })
    await run(['solve', 'heat', '--set', 'dim=5', '--memory', '1', '--log', path])
    const more = await readLines(path)
    expect(more.slice(22).map(({ event }) => event)).toEqual(['start', 'failed'])
    expect(new Set(more.map((line) => line.run)).size).toBe(2)
  })
})

async function readLines(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

it('a reader that goes away ends the run quietly', async () => {
  const { process, outcome } = start(['list'])
  process.stdout!.destroy()
  const { exitCode, stderr } = await outcome
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
})
