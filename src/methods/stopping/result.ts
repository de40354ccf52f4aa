/** What the fresh paths say, on the main thread. */
import type { Views } from '../../memory/views.ts'
import { timeAt } from '../../paths/grid.ts'
import type { LimitsAt, StoppedAt, StoppingAnswer } from '../../solution/details/stopping.ts'
import { largestShare } from '../../statistics/largest-share.ts'
import { unmetMean } from '../../statistics/unmet.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import { BEND, type Bent, bentOf } from './bend.ts'
import { PROGRESS, type StoppingPlan } from './plan.ts'
import { BLOCK_ROWS, isMovedByConstants } from './rule-plan.ts'
import { timesOf } from './stopped.ts'
import { beyondOf, MET, type Unmet, unmetBy } from './unmet.ts'

/** Moments at which both limits are told, where samples are asked for. */
const COURSE = 64

/** A mean over paths. */
export interface Mean {
  value: number
  standardError: number
}

/** One grid of dates. */
export interface Found {
  /** Fresh paths that it is from. */
  paths: number
  lower: Mean
  upper: Mean
  /** The middle of both, path by path. */
  middle: Mean
  /** Of the squared deviations of the middle, that of the farthest path. */
  largestShare: number
  unmet: Unmet
  bent: Bent
  /** E M_T, which is 0. */
  martingale: Mean
  gradient: (number | null)[]
  time: StoppingAnswer['time']
  chances: StoppedAt[]
  course: LimitsAt[]
}

export function readFound(views: Views, problem: CompiledStopping, plan: StoppingPlan): Found {
  const { doubles, integers } = views
  const paths = pathsOf(views, plan)
  const ends = (of: Pick<StoppingPlan, 'lower' | 'upper'>) =>
    [of.lower, of.upper].map((at) => doubles.subarray(at, at + paths))
  const [byTangents, byPaths] = [ends(plan), ends(plan.retraced ?? plan)]
  const [lower, upper] = byTangents.map((end, side) => outer(end, byPaths[side], side === 0 ? -1 : 1))
  const stopped = integers.subarray(plan.stopped, plan.stopped + paths)
  const { sign } = problem.stopping
  const limits = (count: number): [Mean, Mean] => {
    const [low, high] = [lower, upper].map((values) => meanOf(values.subarray(0, count)))
    const turned = (mean: Mean) => ({ ...mean, value: -mean.value })
    return sign === 1 ? [low, high] : [turned(high), turned(low)]
  }
  const [low, high] = limits(paths)
  const middle = lower.map((value, k) => 0.5 * sign * (value + upper[k]))
  const columns = (first: number, { length }: { length: number }) =>
    Array.from({ length }, (_, word) => first + word * plan.paths).map((at) =>
      doubles.subarray(at, at + paths),
    )
  const unmet = unmetBy(columns(plan.met, MET), problem.stopping, meanOf(middle).value)
  const far = unmetMean(problem.stopping.spans.far, paths)
  const widened = (mean: Mean) => ({
    ...mean,
    standardError: Math.hypot(mean.standardError, beyondOf(unmet, paths), far),
  })
  return {
    paths,
    lower: widened(low),
    upper: widened(high),
    middle: widened(meanOf(middle)),
    largestShare: largestShare(middle),
    unmet,
    bent: bentOf(columns(plan.bends, BEND)),
    course: courseOf(paths, limits),
    martingale: martingaleOf(doubles, problem, plan, paths),
    gradient: gradientOf(views, problem, plan, paths),
    ...timesOf(
      stopped,
      plan.nodes.map((node) => timeAt(plan.grid, node)),
    ),
  }
}

/** The end that lies further out on its side. */
function outer(one: Float64Array, other: Float64Array, side: 1 | -1): Float64Array {
  return side * (meanOf(other).value - meanOf(one).value) > 0 ? other : one
}

/** At up to `COURSE` counts of paths. */
function courseOf(paths: number, limits: (count: number) => [Mean, Mean]): LimitsAt[] {
  const step = Math.ceil(paths / COURSE)
  const counts = Array.from({ length: Math.floor(paths / Math.max(1, step)) }, (_, k) => (k + 1) * step)
  return counts.map((count) => {
    const [lower, upper] = limits(count)
    return { paths: count, lower, upper }
  })
}

/** Fresh paths that are done. */
export function pathsOf({ doubles }: Views, { progress }: StoppingPlan): number {
  return BLOCK_ROWS * doubles[progress + PROGRESS.blocks]
}

/** Whether every interval is. */
export function isFitted({ doubles }: Views, { progress, intervals }: StoppingPlan): boolean {
  return doubles[progress + PROGRESS.intervals] === intervals.length
}

export function meanOf(values: Float64Array): Mean {
  const value = values.reduce((sum, each) => sum + each, 0) / values.length
  const square = values.reduce((sum, each) => sum + (each - value) ** 2, 0)
  return { value, standardError: Math.sqrt(square / (values.length - 1) / values.length) }
}

function sumsOf(
  doubles: Float64Array,
  { dim }: CompiledStopping,
  { sums }: StoppingPlan,
  paths: number,
): Float64Array {
  const total = new Float64Array(dim + 2)
  for (let block = 0; block < paths / BLOCK_ROWS; block++) {
    for (let k = 0; k < dim + 2; k++) total[k] += doubles[sums + block * (dim + 2) + k]
  }
  return total.map((sum) => sum / paths)
}

function martingaleOf(
  doubles: Float64Array,
  problem: CompiledStopping,
  plan: StoppingPlan,
  paths: number,
): Mean {
  const [value, square] = sumsOf(doubles, problem, plan, paths).subarray(problem.dim)
  return { value, standardError: Math.sqrt(Math.max(0, square - value * value) / paths) }
}

/** Pathwise under the rule where the law is exact and nothing on the way depends on x; else of the fit at the start. */
function gradientOf(
  { doubles, floats }: Views,
  problem: CompiledStopping,
  plan: StoppingPlan,
  paths: number,
): (number | null)[] {
  const { dim, x0, stopping, terminalJumps } = problem
  if (stopping.jumps || terminalJumps) return Array.from(x0, () => null)
  const isPathwise =
    isMovedByConstants(plan.motion) &&
    stopping.driver === null &&
    stopping.rate !== null &&
    !stopping.hasSource
  const slopes = isPathwise
    ? sumsOf(doubles, problem, plan, paths).subarray(0, dim)
    : fittedSlope(floats, doubles, problem, plan)
  return Array.from(slopes, (slope, i) => (stopping.sign * slope) / (plan.isLog ? x0[i] : 1))
}

/** ∇û(0, x0) by the coordinates. */
function fittedSlope(
  floats: Float32Array,
  doubles: Float64Array,
  { dim, stopping }: CompiledStopping,
  { intervals: [first], width, motion, growth }: StoppingPlan,
): Float64Array {
  const slope = new Float64Array(dim)
  const unit = doubles[first.unit]
  for (let k = 0; k < width - 1; k++) {
    let argument = floats[first.bias + k]
    for (let i = 0; i < dim; i++) {
      const state = (motion.x0[i] - floats[first.centre + i]) / unit
      argument += floats[first.weights + i * width + k] * state
    }
    const slopeOf = k === growth ? Math.exp(argument) : 1 - Math.tanh(argument) ** 2
    const steep = doubles[first.coefficients + k] * slopeOf
    for (let i = 0; i < dim; i++) slope[i] += (steep * floats[first.weights + i * width + k]) / unit
  }
  if (!stopping.isExchangeable) return slope
  return slope.fill(slope.reduce((sum, each) => sum + each / dim, 0))
}
