/**
 * Bounds of control problems hold whatever was trained: a policy that is trained, untrained or made wrong on purpose, and a
 * penalty made wrong on purpose. Compared with exact values in units of the bounds' own standard errors.
 */
import { describe, expect, it } from 'vitest'
import { type ControlSet, defineControlProblem } from '../../src/control/definition.ts'
import { solveModel } from '../../src/control/dual/model.ts'
import { leastLinear, project } from '../../src/control/dual/simple-set.ts'
import { solve } from '../../src/entry/solve.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { run } from '../cli/run.ts'
import { byDay } from '../support/night.ts'
import { mean, SIGMAS, variance } from '../support/statistics.ts'
import {
  boundsOf,
  costWithHindsight,
  type Damage,
  type DualRun,
  drawNoise,
  expectAround,
  innerOf,
  spoilPenalty,
} from './dual-runs.ts'

const QUICK = { iterations: 40, paths: 1024, batchSize: 64 }

/** Lower bounds of single paths with whatever penalty lies in the run's memory. */
function pathBounds(run: DualRun, paths: number, seed = 3): number[] {
  const inner = innerOf(run)
  const random = seededRandom(seed)
  return Array.from({ length: paths }, () => {
    drawNoise(run, inner, random)
    return inner.lowerBound(1)
  })
}

/** One state, exponential costs. */
const convex = defineControlProblem({
  id: 'convex',
  title: 'convex',
  source: 'a test',
  group: 'test',
  settings: { dim: 1, horizon: 1 },
  x0: 0.5,
  transition: 'x + a + 0.3 * w',
  runningCost: 'dot(a, a) + exp(0.5 * x[1])',
  terminalCost: 'exp(x[1])',
  steps: 3,
})

/** The least value over one control a step, by coordinate search: slow, and nothing of the code under test. */
function descend(cost: (controls: Float64Array[]) => number, steps: number): number {
  const controls = Array.from({ length: steps }, () => new Float64Array(1))
  let best = cost(controls)
  for (let size = 1; size > 1e-5; size /= 2) {
    for (let isBetter = true; isBetter; ) {
      isBetter = false
      for (let n = 0; n < steps; n++) {
        for (const move of [size, -size]) {
          for (const other of [-1, 0, 1]) {
            controls[n][0] += move
            if (n + 1 < steps) controls[n + 1][0] += other * move
            const found = cost(controls)
            if (found < best) {
              best = found
              isBetter = true
              continue
            }
            controls[n][0] -= move
            if (n + 1 < steps) controls[n + 1][0] -= other * move
          }
        }
      }
    }
  }
  return best
}

describe('a problem with a closed form', () => {
  it('is bounded from below by its exact value, in discrete time', async () => {
    const run = await boundsOf('optimal-execution', { settings: { dim: 4 }, ...QUICK })
    expect(run.bounds.lower!.value / run.reference).toBeCloseTo(1, 8)
    expect(run.bounds.equation).toBe('the problem itself')
    expectAround(run, run.reference)
  })

  it.each([
    'lqr',
    'systemic-risk',
  ])('has the exact value of %s as its limit, of order 2 in the time step', async (id) => {
    const settings = id === 'lqr' ? { dim: 2 } : { dim: 3 }
    const runs = await Promise.all(
      [4, 8, 16].map((steps) => boundsOf(id, { settings, steps, iterations: 1, paths: 64 })),
    )
    const errors = runs.map(({ bounds, reference }) => bounds.lower!.value - reference)
    expect(Math.abs(errors[2] / runs[2].reference)).toBeLessThan(1e-3)
    for (const k of [0, 1]) {
      const order = Math.log2(errors[k] / errors[k + 1])
      expect(order).toBeGreaterThan(1.7)
      expect(order).toBeLessThan(2.3)
    }
  })
})

const damages: Damage[] = ['none', 'noise', 'reversed']

describe('networks', () => {
  const problems: [string, Record<string, number>][] = [
    ['optimal-execution', { dim: 4 }],
    ['lqr', { dim: 2 }],
    ['systemic-risk', { dim: 3 }],
    ['hjb-lq-control', { dim: 5 }],
    ['execution-predictors', {}],
  ]
  // By day two of three damages each, another pair for each problem.
  const cases = problems.flatMap(([id, settings], k) =>
    byDay(2, [...damages.slice(k % 3), ...damages.slice(0, k % 3)]).map((damage) => ({
      id,
      settings,
      damage,
    })),
  )

  // Of the undamaged ones the first is untrained too.
  it.each(cases)('bound $id (damage: $damage)', async ({ id, settings, damage }) => {
    for (const seed of byDay(damage === 'none' ? 2 : 1, [1, 2])) {
      const iterations = damage === 'none' && seed > 1 ? QUICK.iterations : 1
      const run = await boundsOf(id, { ...QUICK, settings, damage, seed, iterations, paths: 512 })
      // The reference is of continuous time; what the grid moves it by is known for linear–quadratic problems.
      const allowance = run.problem.isDiscrete ? 0 : 3e-3 * Math.abs(run.reference)
      expectAround(run, run.reference, allowance)
    }
  })

  it('that are worse make the gap wider', async () => {
    const gaps = await Promise.all(
      damages.map(async (damage) => {
        const { bounds } = await boundsOf('lqr', { ...QUICK, settings: { dim: 2 }, damage })
        return bounds.upper!.value - bounds.lower!.value
      }),
    )
    expect(gaps[1]).toBeGreaterThan(5 * gaps[0])
    expect(gaps[2]).toBeGreaterThan(5 * gaps[0])
  })

  it('that are good exclude values that are wrong by one percent', async () => {
    const { bounds, reference } = await boundsOf('execution-predictors', { iterations: 200, paths: 4096 })
    expect(bounds.lower!.limit).toBeGreaterThan(0.99 * reference)
    expect(bounds.upper!.limit).toBeLessThan(1.01 * reference)
  })
})

it("loses little with the value function of a good policy instead of the best one's, and more with a bad one's", async () => {
  const losses: number[] = []
  for (const iterations of [300, 1]) {
    const run = await boundsOf('lqr', { settings: { dim: 2 }, iterations, paths: 256 })
    expect(solveModel(run.session.memory!.doubles, run.session.plan!, 'policy')).toBe(true)
    const values = pathBounds(run, 200)
    const error = Math.sqrt(variance(values) / values.length)
    const exact = run.bounds.lower!.value
    expect(mean(values) - SIGMAS * error).toBeLessThan(exact)
    losses.push((exact - mean(values)) / exact)
  }
  expect(Math.abs(losses[0])).toBeLessThan(1e-3)
  expect(losses[1]).toBeGreaterThan(5 * Math.abs(losses[0]))
})

describe('a penalty made wrong on purpose', () => {
  it.each([
    ['optimal-execution', { dim: 4 }],
    ['lqr', { dim: 2 }],
    ['hjb-lq-control', { dim: 3 }],
    ['execution-predictors', {}],
  ])('gives a lower bound of %s that is too low, never too high', async (id, settings) => {
    const run = await boundsOf(id, { settings, ...QUICK })
    const good = pathBounds(run, 300)
    spoilPenalty(run, 3)
    const bad = pathBounds(run, 300)
    const error = (values: number[]) => Math.sqrt(variance(values) / values.length)
    const best = id === 'optimal-execution' ? run.reference : run.bounds.upper!.value
    const room = SIGMAS * Math.hypot(error(bad), run.bounds.upper!.standardError)
    expect(mean(bad) - room).toBeLessThan(best)
    expect(mean(bad)).toBeLessThan(mean(good) + SIGMAS * Math.hypot(error(good), error(bad)))
    expect(variance(bad)).toBeGreaterThan(4 * variance(good))
  })
})

describe('the problem with hindsight', () => {
  it.each([
    ['hjb-lq-control', { dim: 3 }],
    ['execution-predictors', {}],
    ['lqr', { dim: 2 }],
  ])('of %s costs no less than its bound under any controls along the same path', async (id, settings) => {
    const run = await boundsOf(id, { settings, ...QUICK, paths: 64 })
    const { sizes } = run.session.plan!
    const inner = innerOf(run)
    const random = seededRandom(11)
    for (let path = 0; path < 20; path++) {
      const noise = drawNoise(run, inner, random)
      const least = inner.lowerBound(1)
      for (const size of [0, 0.01, 0.1, 0.3, 1, 3, 30]) {
        const controls = noise.map(() => normalVector(random, sizes.controls).map((value) => size * value))
        expect(costWithHindsight(run, noise, controls)).toBeGreaterThan(least)
      }
    }
  })

  it('is solved to its least value where the costs are convex but not quadratic', async () => {
    const run = await boundsOf(convex, { ...QUICK, paths: 64 })
    const inner = innerOf(run)
    const random = seededRandom(12)
    for (let path = 0; path < 5; path++) {
      const noise = drawNoise(run, inner, random)
      const least = inner.lowerBound(1)
      const found = descend((controls) => costWithHindsight(run, noise, controls), noise.length)
      expect(found).toBeGreaterThan(least - 1e-9)
      expect(found - least).toBeLessThan(1e-4 * Math.abs(least))
    }
  })
})

describe('a control that is held to a set', () => {
  const page = (controlSet: ControlSet, runningCost: string) =>
    defineControlProblem({
      id: 'held',
      title: 'held',
      source: 'a test',
      group: 'test',
      settings: { dim: 2, horizon: 1 },
      x0: 1,
      controlSet,
      transition: 'x + a + 0.3 * w',
      runningCost,
      terminalCost: '0',
      steps: 3,
    })

  it.each([
    [{ kind: 'box', low: -1, high: 0.5 }, -3 * (1 + 0.5 * 2)],
    [{ kind: 'simplex' }, -3 * 2],
    [{ kind: 'budget', total: 0.5 }, -3],
  ] as const)('costs the least that %j allows', async (set, expected) => {
    const { bounds } = await boundsOf(page(set, 'a[1] - 2 * a[2]'), { iterations: 2, paths: 128 })
    expect(bounds.lower!.value).toBeCloseTo(expected, 10)
  })

  it('is bounded more closely than a free one', async () => {
    const cost = 'dot(a, a) + dot(x, x)'
    const options = { iterations: 100, paths: 512 }
    const held = await boundsOf(page({ kind: 'simplex' }, cost), options)
    const free = await boundsOf(page({ kind: 'free' }, cost), options)
    expect(held.bounds.relativeGap).toBeLessThan(0.001)
    expect(held.bounds.lower!.value).toBeGreaterThan(2 * free.bounds.upper!.value)
  })

  it.each([
    { kind: 'box', low: -0.3, high: 0.2 },
    { kind: 'simplex' },
    { kind: 'budget', total: 0.7 },
  ] as const)('goes to the nearest point of %j, and finds the least of a linear function there', (set) => {
    const random = seededRandom(8)
    for (let trial = 0; trial < 50; trial++) {
      const [from, slope] = [normalVector(random, 4), normalVector(random, 4)]
      const nearest = from.slice()
      project(set, nearest, 0, 4)
      const distance = Math.hypot(...nearest.map((value, j) => value - from[j]))
      const least = leastLinear(set, slope, 0, 4)
      for (let other = 0; other < 20; other++) {
        const point = normalVector(random, 4)
        project(set, point, 0, 4)
        expect(Math.hypot(...point.map((value, j) => value - from[j]))).toBeGreaterThan(distance - 1e-12)
        expect(point.reduce((sum, value, j) => sum + value * slope[j], 0)).toBeGreaterThan(least - 1e-12)
      }
    }
  })
})

describe('where there is no dual', () => {
  it.each([
    ['quadratic-hedging', /transition was not proved affine/],
    ['energy-storage', /running cost was not proved convex/],
  ])('%s says why, and has the side of the policy', async (id, reason) => {
    const { bounds, value, problem } = await boundsOf(id, { iterations: 2, paths: 128, batchSize: 16 })
    expect(bounds.missing).toMatch(reason)
    expect(problem.sign > 0 ? bounds.lower : bounds.upper).toBeNull()
    expect((problem.sign > 0 ? bounds.upper : bounds.lower)!.value).toBe(value)
  })

  it('claims none for a cost that is linear in a free control', async () => {
    const page = defineControlProblem({ ...convex, runningCost: 'a[1]', terminalCost: '0' })
    const { bounds } = await boundsOf(page, { iterations: 2, paths: 128 })
    expect(bounds.lower).toBeNull()
    expect(bounds.missing).toMatch(/no least cost/)
  })

  it('says that a cost is too far from convex', async () => {
    const { bounds } = await boundsOf('hjb-lq-control', {
      settings: { dim: 2, lambda: 5 },
      iterations: 2,
      paths: 128,
    })
    expect(bounds.lower).toBeNull()
    expect(bounds.missing).toMatch(/no least cost/)
  })
})

it('turns round for a page that maximises', async () => {
  const page = (goal: 'minimize' | 'maximize', sign: string) =>
    defineControlProblem({
      id: 'turned',
      title: 'turned',
      source: 'a test',
      group: 'test',
      settings: { dim: 2, horizon: 1 },
      x0: 1,
      drift: 'a - x',
      diffusion: '0.5',
      runningCost: `${sign}(dot(a, a) + dot(x, x))`,
      terminalCost: `${sign}dot(x, x)`,
      goal,
    })
  const [least, most] = await Promise.all([
    boundsOf(page('minimize', ''), QUICK),
    boundsOf(page('maximize', '-'), QUICK),
  ])
  expect(most.bounds.upper!.value).toBeCloseTo(-least.bounds.lower!.value, 10)
  expect(most.bounds.lower!.value).toBeLessThan(most.bounds.upper!.value)
  expect(most.bounds.upper!.limit).toBeGreaterThan(most.bounds.upper!.value)
})

describe('solve --bounds', () => {
  const command = [
    'solve',
    'lqr',
    '--set',
    'dim=2',
    '--iterations',
    '10',
    '--batch-size',
    '32',
    '--paths',
    '256',
    '--quiet',
  ]

  it('prints both sides and the gap, and stores them', async () => {
    const { stdout } = await run([...command, '--bounds', '--no-plot'])
    expect(stdout).toMatch(/^ {2}lower bound +\S+ ± \S+ +the least cost with hindsight, less a martingale$/m)
    expect(stdout).toMatch(/^ {2}upper bound +\S+ ± \S+ +the trained policy's mean, less a martingale$/m)
    expect(stdout).toMatch(
      /^ {2}gap +\S+ % +of the value, for the problem in continuous time, by way of 10 Heun steps$/m,
    )
    const { bounds } = JSON.parse((await run([...command, '--bounds', '--json'])).stdout)
    expect(bounds.lower.limit).toBeLessThan(bounds.lower.value)
    expect(bounds.lower.value).toBeLessThan(bounds.upper.value)
    expect(bounds.upper.limit).toBeGreaterThan(bounds.upper.value)
  })

  it('is refused for the Bellman equation', async () => {
    const { exitCode, stderr } = await run([...command, '--bounds', '--method', 'deep-bsde'])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/lqr: its bounds come with its policy/)
  })
})

it('has the same bits on one worker and on two', async () => {
  const options = { ...QUICK, settings: { dim: 3 }, iterations: 10, steps: 5, paths: 600, bounds: true }
  const [one, two] = [
    await solve('hjb-lq-control', { ...options, workers: 1 }),
    await solve('hjb-lq-control', { ...options, workers: 2 }),
  ]
  const { elapsedMs: _, ...expected } = one.bounds!
  expect(two.bounds).toMatchObject(expected)
})
