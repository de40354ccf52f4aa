/** A saved model, asked at points and times without training again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resume } from '../../src/entry/resume.ts'
import { solve } from '../../src/entry/solve.ts'
import { loadModel, type Model } from '../../src/methods/deep-bsde/model.ts'
import type { Solution } from '../../src/solution/solution.ts'
import { run, withoutProgress } from '../cli/run.ts'
import { byDay } from '../support/night.ts'
import { parseEquation } from '../support/pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-model-'))
afterAll(() => rmSync(folder, { recursive: true }))

const path = join(folder, 'point.dbsde')
const DIM = 4
const OPTIONS = { settings: { dim: DIM }, steps: 16, iterations: 200, paths: 4096 }
const everywhere = (value: number) => new Array<number>(DIM).fill(value)
let solution: Solution
let model: Model

beforeAll(async () => {
  solution = await solve('quadratic-gradient', { ...OPTIONS, save: path })
  model = await loadModel(path)
})

describe('a model trained from a point', () => {
  it('gives the answer of its own solve there', async () => {
    const [{ value, standardError, gradient }] = await model.evaluate([everywhere(0)])
    expect([value, standardError]).toEqual([solution.value, solution.standardError])
    expect(gradient).toEqual(solution.gradient)
  })

  it.each(byDay(3, [5, 10, 14, 4, 13]))('gives value and gradient at time step %d', async (step) => {
    const time = model.times[step]
    for (const { value, standardError, exact, status, gradient, at } of await model.evaluate(
      [everywhere(-0.3), [0.4, 0, -0.2, 0.1]],
      time,
    )) {
      expect(status).not.toBe('unconverged')
      expect(Math.abs(value - exact!)).toBeLessThan(4 * standardError)
      const expected = exactGradient(at, time)
      // The networks' own error, on a grid and with a training that take a second.
      for (let i = 0; i < DIM; i++) expect(Math.abs(gradient[i]! - expected[i])).toBeLessThan(0.12)
    }
  })

  it('does not claim to know what a single step leaves', async () => {
    const [{ status, reason }] = await model.evaluate([everywhere(0.2)], model.times[15])
    expect(status).toBe('unconverged')
    expect(reason).toMatch(/^no coarser grid begins at this time/)
  })

  it('gives g and its gradient at the horizon, exactly', async () => {
    const [{ value, exact, standardError }] = await model.evaluate([everywhere(0.5)], 1)
    expect(value).toBeCloseTo(exact!, 12)
    expect(standardError).toBe(0)
  })

  it('says where it has not been', async () => {
    const [{ reason }] = await model.evaluate([everywhere(20)])
    expect(reason).toMatch(/deviations from where training's paths were/)
  })

  it('gives the same bits for any number of workers', async () => {
    const time = model.times[8]
    const [[one], [two]] = await Promise.all(
      [1, 2].map((workers) => model.evaluate([everywhere(0.1)], time, { workers, paths: 512 })),
    )
    expect(two).toEqual(one)
  })

  it('stops at a tolerance', async () => {
    const [{ standardError }] = await model.evaluate([everywhere(0.1)], model.times[8], {
      paths: 1e6,
      tolerance: 5e-4,
    })
    // The sample ends there; grid and networks leave a little more, and a tolerance counts as met up to a tenth.
    expect(standardError).toBeLessThan(1.1 * 5e-4)
    expect(standardError).toBeGreaterThan(1e-4)
  })

  it.each<[string, number[], number, RegExp]>([
    ['another dimension', [0, 0], 0, /a point has 4 numbers here, got 2/],
    ['numbers that are not finite', [0, 0, Number.NaN, 0], 0, /must be finite, got NaN/],
    [
      'a time between',
      everywhere(0),
      0.51,
      /one of the model's 17 times .*got 0\.51\. The nearest is 0\.5\./,
    ],
    ['a time beyond', everywhere(0), 2, /The nearest is 1\./],
    ['a time that is none', everywhere(0), Number.NaN, /got NaN/],
  ])('refuses %s', async (_, point, time, message) => {
    await expect(model.evaluate([point], time)).rejects.toThrow(message)
  })
})

it('a model trained over a region answers all over it', async () => {
  const region = join(folder, 'region.dbsde')
  const trained = await solve('quadratic-gradient', {
    ...OPTIONS,
    steps: 8,
    iterations: 100,
    region: 'box:-0.5..0.5',
    save: region,
  })
  const loaded = await loadModel(region)
  const points = [everywhere(-0.4), everywhere(0.4), [0.5, -0.5, 0.1, 0.3]]
  for (const { value, standardError, exact, reason } of await loaded.evaluate(points)) {
    expect(reason).toBeNull()
    expect(Math.abs(value - exact!)).toBeLessThan(4 * standardError + 5e-4)
  }
  const [{ gradient }] = await loaded.evaluate([everywhere(0)])
  expect(gradient).toEqual(trained.gradient)
})

it('has what the solve could not measure, and what it knew against itself, elsewhere too', async () => {
  const saved = join(folder, 'kinked.dbsde')
  const page = await parseEquation(
    JSON.stringify({
      settings: { dim: 1, horizon: 1 },
      x0: 0,
      drift: '0',
      diffusion: '1',
      driver: '3 * max(abs(z[1]) - 0.5, 0)',
      terminal: 'if(x[1] > 0.5, 1, 0)',
    }),
    'json',
  )
  const trained = await solve(page, { steps: 8, iterations: 40, paths: 2048, save: saved })
  expect(trained.status).toBe('unconverged')
  const [{ standardError, status }] = await (await loadModel(saved)).evaluate([[0.1]])
  expect(status).toBe('unconverged')
  expect(standardError).toBeGreaterThan(0.5 * trained.standardError)
})

it('a resumed run saves its model too', async () => {
  const checkpoint = join(folder, 'run.ckpt')
  const saved = join(folder, 'resumed.dbsde')
  await solve('heat', { ...OPTIONS, checkpoint, signal: AbortSignal.abort() })
  const resumed = await resume(checkpoint, { save: saved })
  const [{ value }] = await (await loadModel(saved)).evaluate([everywhere(0)])
  expect(value).toBe(resumed.value)
})

describe('files', () => {
  it('of another kind are refused with the command for them', async () => {
    const checkpoint = join(folder, 'other.ckpt')
    await solve('heat', { ...OPTIONS, checkpoint, signal: AbortSignal.abort() })
    await expect(loadModel(checkpoint)).rejects.toThrow(/this is a checkpoint, not a model/)
    await expect(resume(path)).rejects.toThrow(/this is a model, not a checkpoint/)
  })

  it('that are not ours are not written over', async () => {
    const page = join(folder, 'page.yaml')
    writeFileSync(page, 'id: page\n')
    await expect(solve('heat', { ...OPTIONS, save: page })).rejects.toThrow(/--save: .*left as it is/)
    expect(readFileSync(page, 'utf8')).toBe('id: page\n')
    await expect(solve('heat', { ...OPTIONS, save: join(folder, 'no', 'm.dbsde') })).rejects.toThrow(
      /--save: .*its folder does not exist/,
    )
  })
})

describe('deepbsde evaluate', () => {
  it('prints value, error, gradient and the exact solution', async () => {
    const { exitCode, stdout } = await run([
      'evaluate',
      path,
      '--at',
      '0.2',
      '--at',
      '0.1,0,0,0.3',
      '--time',
      '0.5',
    ])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/u\(0\.5000, \(0\.2000, 0\.2000, 0\.2000, 0\.2000\)\) = 0\.\d+ ± 0\.0\d+/)
    expect(stdout.match(/gradient {2}\(/g)).toHaveLength(2)
    expect(stdout.match(/exact {5}0\./g)).toHaveLength(2)
  })

  it('prints one object with --json', async () => {
    const { exitCode, stdout } = await run(['evaluate', path, '--json'])
    expect(exitCode).toBe(0)
    const { problem, evaluations } = JSON.parse(stdout)
    expect(problem).toBe('quadratic-gradient')
    expect(evaluations[0].value).toBe(solution.value)
  })

  it('ends with 3 where a value is not to be relied on, and with 2 for wrong input', async () => {
    expect((await run(['evaluate', path, '--at', '20', '--paths', '128'])).exitCode).toBe(3)
    const { exitCode, stderr } = await run(['evaluate', path, '--at', '1,2'])
    expect(exitCode).toBe(2)
    expect(withoutProgress(stderr)).toMatch(/^deepbsde: --at must be 4 finite numbers/)
  })
})

/** ∇ sin((T−t+‖x‖²/d)^0.4). */
function exactGradient(x: number[], t: number): number[] {
  const s = 1 - t + x.reduce((sum, value) => sum + value * value, 0) / DIM
  return x.map((value) => ((Math.cos(s ** 0.4) * 0.4 * s ** -0.6 * 2) / DIM) * value)
}
