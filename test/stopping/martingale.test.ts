/**
 * The increments that the limits are made with have mean 0 whatever was seen before, and the test that says so catches an integrand
 * that looks ahead and a difference of fitted values, which is no martingale.
 */

import { beforeAll, describe, expect, it } from 'vitest'
import { compileKernels, instantiateKernels } from '../../src/kernels/loader.ts'
import { Arena, allocate } from '../../src/memory/arena.ts'
import { integersAt, viewsOf } from '../../src/memory/views.ts'
import { drawFeatures } from '../../src/methods/stopping/features.ts'
import { FRESH } from '../../src/methods/stopping/noise-source.ts'
import { runsOf } from '../../src/methods/stopping/options.ts'
import { planStopping, type StoppingPlan } from '../../src/methods/stopping/plan.ts'
import { BLOCK_ROWS } from '../../src/methods/stopping/rule-plan.ts'
import { Walker } from '../../src/methods/stopping/walker.ts'
import { builtInOf } from '../../src/page/catalog.ts'
import { SIGNAL_WORDS } from '../../src/parallel/signals.ts'
import { Team } from '../../src/parallel/team.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import { defineStopping } from '../../src/problem/stopping-definition.ts'
import { compileStopping } from '../../src/stopping/compile.ts'

const BLOCKS = 64
const ALLOWED = 5

const row = (factor: string) =>
  `[${Array.from({ length: 17 }, (_, k) => `${0.02 + 0.01 * Math.sin(k * factor.length)} * ${factor}`)}]`
/** A dense σ of X: more noises than the variance of a step is summed over. */
const MANY_NOISES = defineStopping({
  id: 'many-noises',
  title: 'test',
  source: 'test',
  group: 'test',
  settings: { dim: 2, horizon: 1 },
  noiseDim: 17,
  x0: 1,
  drift: '0 * x',
  diffusion: `[${[row('x[1]'), row('x[2] * x[1]')]}]`,
  driver: '-0.1 * y',
  stopping: { payoff: 'max(1 - mean(x), 0)', dates: 2 },
})

type When = 'before' | 'ahead'

/** A walker over one interval with features drawn, and nothing fitted. */
async function walkerOf(id: string, settings: Record<string, number>) {
  const page = id === MANY_NOISES.id ? MANY_NOISES : (await builtInOf('stopping', id))!
  const problem = await compileStopping(page, overrideSettings(page, settings))
  const runs = runsOf(problem, { batchSize: 1024, paths: 256, steps: 8 })
  const arena = new Arena()
  const signals = arena.integers(SIGNAL_WORDS)
  const [plan] = planStopping(arena, problem, runs, 1)
  const views = viewsOf(allocate(arena.bytes, 2 ** 29, ''))
  const kernels = instantiateKernels('reference', await compileKernels('reference'), views.memory)
  const team = new Team(integersAt(views.memory, signals, SIGNAL_WORDS), 0, 1)
  const walker = new Walker({ views, kernels, team } as never, problem, plan, FRESH)
  const samples: Float64Array[] = []
  walker.start()
  for (let node = 0; node < plan.intervals[0].steps; node++) walker.advance(node, 10_000)
  samples.push(...walker.samples(walker.hands.x, BLOCK_ROWS))
  drawFeatures(views, plan, 0, { states: samples, moves: walker.moves(walker.hands.x, BLOCK_ROWS, 0) })
  return { walker, plan, floats: views.floats }
}

/** Largest |mean|/standard error of the increments of the features over a step that begins at node 1. */
function largestMean(
  { walker, plan, floats }: { walker: Walker; plan: StoppingPlan; floats: Float32Array },
  when: When,
): number {
  const { width, intervals } = plan
  const [sums, squares] = [new Float64Array(width), new Float64Array(width)]
  for (let block = 0; block < BLOCKS; block++) {
    walker.start()
    walker.advance(0, block * BLOCK_ROWS)
    walker.look(intervals[0], 1)
    if (when === 'ahead') {
      const before = floats.slice(walker.hands.x, walker.hands.x + BLOCK_ROWS)
      walker.advance(1, block * BLOCK_ROWS)
      walker.look(intervals[0], 2)
      floats.set(before, walker.hands.x)
    }
    walker.move(intervals[0], 1, block * BLOCK_ROWS)
    for (let r = 0; r < BLOCK_ROWS; r++) {
      for (let k = 0; k < width; k++) {
        const value = floats[walker.hands.increments + r * width + k]
        sums[k] += value
        squares[k] += value * value
      }
    }
  }
  const paths = BLOCKS * BLOCK_ROWS
  return sums.reduce((largest, sum, k) => {
    const deviation = Math.sqrt(squares[k] / paths - (sum / paths) ** 2)
    return deviation > 0 ? Math.max(largest, (Math.abs(sum / paths) / deviation) * Math.sqrt(paths)) : largest
  }, 0)
}

describe.each([
  ['bermudan-put', { datesPerYear: 2 }],
  ['max-call', { dim: 3, dates: 2 }],
  ['geometric-mean-call', { dim: 3, dates: 2, rho: 0.5 }],
  ['heston-basket-put', { dim: 2, rho: -0.6 }],
  ['heston-basket-put', { dim: 6 }],
  [MANY_NOISES.id, {}],
])('increments of %s', (id, settings) => {
  let made: Awaited<ReturnType<typeof walkerOf>>
  beforeAll(async () => {
    made = await walkerOf(id, settings)
  })

  it('have mean 0', () => {
    expect(largestMean(made, 'before')).toBeLessThan(ALLOWED)
  })

  it('have not where the integrand looks ahead', () => {
    expect(largestMean(made, 'ahead')).toBeGreaterThan(2 * ALLOWED)
  })

  it('are no differences of features along a path, whose mean is not 0', () => {
    const { walker, plan, floats } = made
    const { width, intervals } = plan
    const sums = new Float64Array(width)
    const squares = new Float64Array(width)
    for (let block = 0; block < BLOCKS; block++) {
      walker.start()
      walker.look(intervals[0], 0)
      const before = floats.slice(walker.hands.features, walker.hands.features + BLOCK_ROWS * width)
      walker.advance(0, block * BLOCK_ROWS)
      walker.advance(1, block * BLOCK_ROWS)
      walker.look(intervals[0], 2)
      for (let k = 0; k < BLOCK_ROWS * width; k++) {
        const value = floats[walker.hands.features + k] - before[k]
        sums[k % width] += value
        squares[k % width] += value * value
      }
    }
    const paths = BLOCKS * BLOCK_ROWS
    const largest = sums.reduce((most, sum, k) => {
      const deviation = Math.sqrt(squares[k] / paths - (sum / paths) ** 2)
      return deviation > 0 ? Math.max(most, (Math.abs(sum / paths) / deviation) * Math.sqrt(paths)) : most
    }, 0)
    expect(largest).toBeGreaterThan(2 * ALLOWED)
  })
})
