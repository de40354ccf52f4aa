/**
 * The other side of a rule's cost, by penalised perfect information (Rogers, 2007; Brown, Smith, Sun, 2010): on each path of the noise, all of it
 * known, the least cost less a penalty of mean zero for every control that knows no future. Its mean is no more than what the best rule
 * costs, and with V̂ for V, expanded along the trajectory that training began with, close to it.
 *
 * The least cost of a path is searched, by differential dynamic programming from every trajectory that was found, and not proved:
 * where the search misses it, the mean is too high. What the last sweep still expected to gain is taken off.
 */
import { setImmediate } from 'node:timers/promises'
import { STREAM } from '../../random/streams.ts'
import { UniformStream } from '../../random/uniform.ts'
import type { CompiledControl } from '../compiled.ts'
import { sweepBack } from '../start/backward.ts'
import type { CompiledSkeleton } from '../start/compiled.ts'
import { descend, type Trajectory } from '../start/descend.ts'
import { follow } from '../start/follow.ts'
import type { Ways } from '../start/race.ts'
import { Skeleton } from '../start/skeleton.ts'
import { onGrid } from './fitted.ts'
import { splitIncrements } from './increments.ts'
import { KickedSkeleton, type Model } from './kicked.ts'

/** Of the least costs with hindsight, in steps of length 0. */
export interface Hindsight {
  value: number
  /** Of the sample, and what two extrapolations of the steps differ by. */
  standardError: number
  paths: number
}

/** Without noise; along a path from each trajectory, in each round after, and in all. */
const SWEEPS = { alone: 60, first: 20, round: 10, most: 160 } as const
/** A round that gains less than this share of the cost is the last. */
const SETTLED = 1e-4
/** Steps whose errors are small beside what is looked for, and most of them; steps of the finest that one of a grid is made of. */
const STEPS = { enough: 80, most: 320 } as const
const PARTS = [4, 2, 1] as const
const PATHS = { few: 2, timed: 5, pilot: 8, round: 8, fewest: 16, most: 128 } as const
/** Of the stream of bounds; the dual's own come before. */
const ITERATION = { pilot: 8, main: 9 } as const
/** Share of the value that more paths need not get the standard error below. */
const PRECISE = 0.001
/** Steps · sweeps · ((dim + rawDim)³ + what a step costs besides), of all paths. */
const MOST_WORK = 3e8
const STEP_WORK = 1000
/** See `Skeleton.inertia`: no more than keeps v from growing without end. */
const INERTIA = 1e-6
/** What costs this share more than the best after its first sweeps is left. */
const FAR = 0.2
/** Costs that the penalty may come to, where other ways lead far from the one that V̂ was found on, as a share of that one's. */
const REACH = 0.5
const RAISED = { first: 1e-7, by: 6, most: 1 } as const

/**
 * On the thread of the program, which is free for others between two paths.
 *
 * @param fitted V̂ of the trained policy's paths, on any grid; null where there is none
 * @returns the words for why there is none, where there is none
 */
export async function lookBack(
  problem: CompiledControl,
  sources: CompiledSkeleton,
  ways: Ways,
  fitted: Model | null,
  steps: number,
  seed: number,
  signal: AbortSignal | null = null,
): Promise<Hindsight | string> {
  const fine = fineSteps(steps)
  const grids = PARTS.flatMap((parts) => Grid.of(problem, sources, ways, fitted, fine / parts) ?? [])
  if (grids.length < PARTS.length) return 'no trajectory of the problem without noise lasts'
  const draw = (iteration: number, path: number) =>
    splitIncrements(new UniformStream(seed, STREAM.bounds, path, iteration), problem, fine)
  const model = await grids.at(-1)!.choose((path) => draw(ITERATION.pilot, path)(1))
  if (model === null || !grids.every((grid) => grid.use(model))) {
    return 'with hindsight no least cost was found, or not within the time that is taken for it'
  }
  let work = 0
  const least: number[] = []
  const apart: number[] = []
  while (!isEnough(least, work)) {
    for (let k = 0; k < PATHS.round; k++) {
      await setImmediate()
      if (signal?.aborted) return 'the run was stopped'
      const increments = draw(ITERATION.main, least.length)
      const costs: number[] = []
      let found: Least | null = null
      for (const [k, grid] of grids.entries()) {
        found = grid.least(increments(PARTS[k]), found?.controls)
        if (found === null) return 'with hindsight no least cost was found'
        costs.push(found.cost)
        work += found.work
      }
      const [quarter, half, own] = costs
      // Of steps of order 2; of a lower order from 1 on, no more is left than what this differs from that of steps twice as long.
      least.push(own + (own - half) / 3)
      apart.push((4 * own - 5 * half + quarter) / 3)
    }
  }
  const { mean, standardError } = momentsOf(least)
  return {
    value: problem.sign * mean,
    standardError: Math.hypot(standardError, momentsOf(apart).mean),
    paths: least.length,
  }
}

/** Milliseconds that looking back will take about, by the first of its paths; 0 where it will not. */
export function lookBackTime(problem: CompiledControl, ways: Ways, steps: number): number {
  const { skeleton, hasAdditiveNoise } = problem
  if (!hasAdditiveNoise || typeof skeleton !== 'object') return 0
  const fine = fineSteps(steps)
  const grid = Grid.of(problem, skeleton, ways, null, fine)
  if (!grid?.use(0)) return 0
  const least: number[] = []
  let [work, startedAt] = [0, 0]
  while (least.length < PATHS.timed) {
    const random = new UniformStream(1, STREAM.bounds, least.length, ITERATION.pilot)
    const found = grid.least(splitIncrements(random, problem, fine)(1))
    if (found === null) return 0
    // The first is compiled as it runs.
    if (least.length === 0) startedAt = performance.now()
    work += found.work / PATHS.timed
    least.push(found.cost)
  }
  const each = (performance.now() - startedAt) / (PATHS.timed - 1)
  const { mean, standardError } = momentsOf(least)
  const wanted = PATHS.timed * (standardError / (PRECISE * mean)) ** 2
  const all = PARTS.reduce((sum, parts) => sum + 1 / parts, 0)
  const paths = Math.max(PATHS.fewest, Math.min(PATHS.most, wanted, MOST_WORK / (all * work)))
  return each * (2 * PATHS.pilot + all * paths)
}

function fineSteps(steps: number): number {
  const wanted = Math.min(STEPS.most, Math.max(STEPS.enough, 2 * steps))
  return PARTS[0] * Math.ceil(wanted / PARTS[0])
}

function isEnough(least: readonly number[], work: number): boolean {
  if (least.length < PATHS.fewest) return false
  if (least.length >= PATHS.most || work > MOST_WORK) return true
  const { mean, standardError } = momentsOf(least)
  return standardError <= PRECISE * Math.abs(mean)
}

function momentsOf(values: readonly number[]): { mean: number; standardError: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) }
}

/** Of one path. */
interface Least {
  cost: number
  /** [steps][rawDim] */
  controls: Float64Array
  work: number
}

/** One grid: the trajectories on it, V̂ along the first, and paths of the noise. */
class Grid {
  readonly #kicked: KickedSkeleton
  readonly #rules: readonly Trajectory[]
  /** V̂ along the first trajectory, and of the policy's paths; each also with less reach, where there are other ways. */
  readonly #models: readonly (Model | null)[]
  #model = 0
  readonly #inertia: number
  readonly #sweepWork: number

  private constructor(
    kicked: KickedSkeleton,
    rules: readonly Trajectory[],
    models: readonly (Model | null)[],
    inertia: number,
  ) {
    const { dim, rawDim, steps } = kicked
    this.#kicked = kicked
    this.#rules = rules
    this.#models = models
    this.#inertia = inertia
    this.#sweepWork = steps * ((dim + rawDim) ** 3 + STEP_WORK)
  }

  static of(
    problem: CompiledControl,
    sources: CompiledSkeleton,
    { found, dt }: Ways,
    fitted: Model | null,
    steps: number,
  ): Grid | null {
    const skeleton = new Skeleton(problem, sources, steps)
    const inertia = problem.isFree || problem.isBox ? 0 : INERTIA
    const rules = found.flatMap(({ rule }) => {
      const guess = follow(skeleton, rule, dt, new Float64Array(0))
      return (guess && descend(skeleton, guess, SWEEPS.alone, inertia)) ?? []
    })
    if (rules.length === 0) return null
    const whole = [modelAlong(skeleton, rules[0]), fitted && onGrid(fitted, problem.dim, steps)]
    const reach = (REACH * Math.abs(rules[0].cost)) / Math.sqrt(problem.horizon)
    const isAlone = rules.length === 1 || reach === 0
    const models = isAlone ? whole : [...whole, ...whole.map((model) => model && { ...model, reach })]
    return new Grid(new KickedSkeleton(problem, sources, steps), rules, models, inertia)
  }

  /** @returns whether there is such a model */
  use(model: number): boolean {
    this.#model = model
    return this.#models[model] !== null
  }

  /** The model that leaves the highest limit on paths of a pilot's own, which is then in use; null where none leaves any in time. */
  async choose(increments: (path: number) => Float64Array): Promise<number | null> {
    let best: number | null = null
    let highest = Number.NEGATIVE_INFINITY
    for (let model = 0; model < this.#models.length; model++) {
      if (!this.use(model)) continue
      const least = await this.#pilot(increments)
      if (least === null) continue
      const { mean, standardError } = momentsOf(least)
      const limit = mean - 2 * standardError
      if (!(limit > highest)) continue
      best = model
      highest = limit
    }
    if (best !== null) this.use(best)
    return best
  }

  async #pilot(increments: (path: number) => Float64Array): Promise<number[] | null> {
    const least: number[] = []
    let work = 0
    while (least.length < PATHS.pilot) {
      await setImmediate()
      const found = this.least(increments(least.length))
      if (found === null) return null
      work += found.work
      least.push(found.cost)
      if (least.length >= PATHS.few && (work / least.length) * PATHS.fewest > MOST_WORK) return null
    }
    return least
  }

  /**
   * Of the path with these increments; null where every trajectory runs away.
   * @param coarse the controls that were found in steps twice as long: where they lead to is looked at too
   */
  least(increments: Float64Array, coarse: Float64Array | null = null): Least | null {
    const kicked = this.#kicked
    const { rawDim, steps } = kicked
    kicked.take(increments, this.#models[this.#model]!)
    const guesses = this.#rules.map((rule) => follow(kicked, rule, kicked.dt, new Float64Array(0)))
    if (coarse !== null) {
      const at = (k: number) => rawDim * Math.floor(k / rawDim / 2) + (k % rawDim)
      guesses.push(Float64Array.from({ length: steps * rawDim }, (_, k) => coarse[at(k)]))
    }
    const first = guesses.flatMap(
      (controls) => (controls && descend(kicked, controls, SWEEPS.first, this.#inertia)) ?? [],
    )
    let sweeps = first.reduce((sum, each) => sum + each.sweeps, 0)
    const most = Math.min(...first.map(({ cost }) => cost + FAR * Math.abs(cost)))
    let best: Omit<Least, 'work'> | null = null
    for (let found of first.filter(({ cost }) => cost <= most)) {
      let gained = Number.POSITIVE_INFINITY
      while (gained > SETTLED * Math.abs(found.cost) && sweeps < SWEEPS.most) {
        const next = descend(kicked, found.controls, SWEEPS.round, this.#inertia)
        if (next === null) break
        sweeps += next.sweeps
        gained = Math.max(0, found.cost - next.cost)
        if (next.cost < found.cost) found = next
      }
      const cost = found.cost - Math.min(found.left, gained)
      if (best === null || cost < best.cost) best = { cost, controls: found.controls }
    }
    return best && { ...best, work: sweeps * this.#sweepWork }
  }
}

/** V̂ around a trajectory, with no more regularisation than it takes. */
function modelAlong(skeleton: Skeleton, { states, controls }: Trajectory): Model | null {
  const { dim, steps } = skeleton
  const slopes = new Float64Array((steps + 1) * dim)
  const curvatures = new Float64Array((steps + 1) * dim * dim)
  for (let raised = 0; raised <= RAISED.most; raised = Math.max(RAISED.first, RAISED.by * raised)) {
    const { unit } = sweepBack(skeleton, states, controls, 0)
    const { feedback } = sweepBack(skeleton, states, controls, raised * unit, { slopes, curvatures })
    if (feedback !== null) return { states, slopes, curvatures, reach: Number.POSITIVE_INFINITY }
  }
  return null
}
