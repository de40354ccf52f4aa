/** Plain Monte Carlo beside solutions in closed form: constant slopes by exact laws, and slopes of (t, x) on a grid. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resume } from '../../src/entry/resume.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { UserError } from '../../src/errors/errors.ts'
import { listMethods } from '../../src/methods/catalog.ts'
import { STREAM, streamOf } from '../../src/random/streams.ts'

const folder = mkdtempSync(join(tmpdir(), 'monte-carlo-'))
afterAll(() => rmSync(folder, { recursive: true }))

const MACHINE: SolveOptions = { method: 'monte-carlo', workers: 1 }

const page = {
  id: 'linear',
  title: '',
  source: '',
  group: '',
  settings: { dim: 2, horizon: 1 },
  x0: 0.5,
  drift: '0',
  diffusion: '1',
}
/** u = T − t + |x|², with slopes of (t, x) in y and in z that are 0 where y and z are right. */
const sloped = {
  ...page,
  let: { u: 'horizon - t + dot(x, x)' },
  driver: '1 - dim + (0.5 + 0.5 * t + sin(sum(x))) * (y - u) + dot(0.4 * x, z - 2 * x)',
  terminal: 'dot(x, x)',
  exact: 'u',
}

describe('the value', () => {
  it.each<[string, typeof page & Record<string, unknown>, number, number]>([
    ['of constant slopes', { ...page, driver: '3 - 0.5 * y + 0.2 * sum(z)', terminal: 'sum(x)' }, 0, 0],
    ['of slopes of time and state', sloped, 1.5, 32],
    [
      'of a drift that is no law at hand',
      {
        ...page,
        drift: 'sin(x)',
        driver: '-dot(2 * x, sin(x)) - dim',
        terminal: 'dot(x, x)',
        exact: 'dot(x, x)',
      },
      0.5,
      32,
    ],
  ])('%s is right within its error', async (_, equation, known, steps) => {
    const solution = await solve(equation as never, {
      ...MACHINE,
      paths: 8192,
      ...(steps > 0 && { steps }),
    })
    // Linear g and constant slopes: u = e^(−½)(Σx + 2·0.2·T) + 3·(1 − e^(−½))/½ at t = 0.
    const value = steps === 0 ? Math.exp(-0.5) * (1 + 0.4) + 6 * (1 - Math.exp(-0.5)) : known
    expect(Math.abs(solution.value - value)).toBeLessThan(4 * solution.standardError)
    expect(solution.standardError).toBeLessThan(0.1)
    expect(solution.steps).toBe(steps)
    expect(solution.gridError === null).toBe(steps === 0)
  })

  it('has all that the grid is off by in its error, which falls faster than the step', async () => {
    const [coarse, fine] = [
      await solve(sloped, { ...MACHINE, steps: 4, paths: 8192 }),
      await solve(sloped, { ...MACHINE, steps: 16, paths: 8192 }),
    ]
    expect(Math.abs(coarse.gridError!)).toBeGreaterThan(4 * Math.abs(fine.gridError!))
    expect(Math.abs(coarse.value - 1.5)).toBeLessThan(4 * coarse.standardError)
  })

  it('does not meet that of another driver', async () => {
    const wrong = { ...sloped, driver: `${sloped.driver} + 0.2`, exact: undefined }
    const { value, standardError } = await solve(wrong as never, { ...MACHINE, steps: 16, paths: 8192 })
    expect(Math.abs(value - 1.5)).toBeGreaterThan(4 * standardError)
  })
})

describe('a run', () => {
  it('stops at its tolerance, and says where it does not reach it', async () => {
    const met = await solve('heat', { ...MACHINE, settings: { dim: 2 }, tolerance: 0.02 })
    expect(met.status).toBe('converged')
    expect(met.standardError).toBeLessThanOrEqual(0.02)
    expect(met.paths).toBeLessThan(1_048_576)
    const missed = await solve('heat', { ...MACHINE, settings: { dim: 2 }, tolerance: 1e-3, paths: 8192 })
    expect(missed).toMatchObject({ status: 'imprecise', paths: 8192 })
    expect(missed.reason).toMatch(/take more --paths$/)
  })

  it('goes on from a checkpoint with the same bits', async () => {
    const options = { ...MACHINE, settings: { dim: 2 }, paths: 400_000 }
    const checkpoint = join(folder, 'run.ckpt')
    const stop = new AbortController()
    const onProgress: SolveOptions['onProgress'] = (event) => {
      if (event.stage === 'estimate' && event.paths > 0) stop.abort()
    }
    const stopped = await solve('heat', { ...options, checkpoint, signal: stop.signal, onProgress })
    expect(stopped.status).toBe('stopped')
    const [resumed, whole] = [await resume(checkpoint, { workers: 2 }), await solve('heat', options)]
    expect(resumed).toMatchObject({
      value: whole.value,
      standardError: whole.standardError,
      paths: 400_000,
    })
  })

  it('is refused for an equation that is not linear', async () => {
    const attempt = solve('hjb-lq', MACHINE)
    await expect(attempt).rejects.toThrow(UserError)
    await expect(attempt).rejects.toThrow(/^hjb-lq: monte-carlo solves linear equations/)
  })

  it('takes no steps where nothing depends on them', async () => {
    await expect(solve('heat', { ...MACHINE, steps: 4 })).rejects.toThrow(/Leave --steps out\.$/)
  })
})

it('methods have streams of random numbers that are nobody else’s', async () => {
  const streams = [...(await listMethods()).map(streamOf), ...Object.values(STREAM)]
  expect(new Set(streams).size).toBe(streams.length)
})

it('does not take for certain what the first paths have in common', async () => {
  const rare = {
    ...page,
    settings: { dim: 1, horizon: 1 },
    x0: 0,
    driver: '0',
    terminal: '1 + if(x[1] > 3.9, 100, 0)',
  }
  const { status, value, standardError } = await solve(rare, MACHINE)
  expect(status).toBe('converged')
  // 1 + 100·Φ(−3.9)
  expect(Math.abs(value - 1.00481)).toBeLessThan(4 * standardError)
  expect(standardError).toBeGreaterThan(0)
})
