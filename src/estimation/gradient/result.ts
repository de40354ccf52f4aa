/** ∇u from the sums that its stage left. */

import { STATE } from '../../fields/state.ts'
import { EXTREMES_WORDS, Extremes } from '../../statistics/hidden-tail.ts'
import { lengthOf } from '../../statistics/sizes.ts'
import { unmetSlope } from '../../statistics/unmet.ts'
import { beyondNoise, type Moments, readGrid } from '../grid-error.ts'
import { gridSizes } from '../grid-sizes.ts'
import { type EstimatePlan, hasGrid, RESULT, RESULT_WORDS, resultOf } from '../plan.ts'
import { readRemainderSlope } from '../remainder-slope.ts'
import { farSidesOf, rateError, readEstimate } from '../result.ts'
import { controlledMoments, type Deviations, sumsFor } from './controlled.ts'
import { type GradientPlan, QUANTITY, SHARDS, tailAt } from './plan.ts'

/** Tails are taken so many of their shape's standard errors steeper than found, as those of paths. */
const STEEPER = 0.5
/** A second order's slope that is noisier than the component is applied where it stands out by so many of its standard errors. */
const CLEAR = 2
/** Times what the weights are off by that the third order may be of the second: they weigh it, and are in e and ∇u both. */
const THIRD = 2
/** A step's coefficients in single precision are off by half a unit, the same one in each step and on each path. */
const ROUNDING = 2 ** -25

export interface GradientEstimate {
  /** [dim] */
  gradient: Float64Array
  standardError: Float64Array
  pairs: number
  /** Root mean square of what single paths observe without control, as a length. */
  size: number
}

/**
 * null where no path was run.
 *
 * @param isWhole whether the errors have what more paths do not take away
 */
export function readGradient(
  doubles: Float64Array,
  plan: GradientPlan,
  isWhole = true,
): GradientEstimate | null {
  const pairs = doubles[plan.count]
  if (pairs === 0) return null
  const { dim } = plan.estimate.training
  const sums = Array.from({ length: dim }, (_, i) => sumsOf(doubles, plan, i))
  const scale = Math.sqrt(sums.reduce((sum, own) => sum + (own[0] / pairs) ** 2, 0) / dim)
  const sizes = sizesOf(doubles, plan, pairs)
  const rounding = ROUNDING * plan.estimate.training.grid.steps
  const lacking = isWhole ? secondOrder(doubles, plan) : null
  const far = isWhole ? farSidesOf(plan.estimate) : []
  const unmet = (i: number) => unmetSlope(far, 2 * pairs, i)
  const components = sums.map((own, i) => {
    const { mean, standardError } = readComponent(doubles, plan, own, scale)
    const unseen = unseenBy(doubles, plan, i, mean)
    const { applied, left } = lacking?.(i, standardError) ?? NOTHING
    return {
      mean: mean + applied,
      standardError: Math.hypot(standardError, unseen, unmet(i), rounding * sizes[i], ...left),
    }
  })
  return {
    gradient: Float64Array.from(components, ({ mean }) => mean),
    standardError: Float64Array.from(components, ({ standardError }) => standardError),
    pairs,
    size: lengthOf(sizes),
  }
}

/** Root mean square of what single paths observe each component at: what cancels in the mean was rounded as well. */
function sizesOf(doubles: Float64Array, { sizes, estimate }: GradientPlan, pairs: number): Float64Array {
  const { dim } = estimate.training
  return Float64Array.from({ length: dim }, (_, i) => {
    let total = 0
    for (let shard = 0; shard < SHARDS; shard++) total += doubles[sizes + shard * dim + i]
    return Math.sqrt(total / pairs)
  })
}

/** What a component's mean may lack of samples too rare to be there: where a path rests on a bound, few tangents carry all. */
function unseenBy(doubles: Float64Array, plan: GradientPlan, component: number, mean: number): number {
  if (plan.tails === 0) return 0
  const all = new Extremes(new Float64Array(EXTREMES_WORDS), 0)
  all.forget()
  for (let shard = 0; shard < SHARDS; shard++) {
    all.take(new Extremes(doubles, tailAt(plan, shard, component)).lists, mean)
  }
  return all.hidden(doubles[plan.count], STEEPER)
}

/** What the second order adds to a component, and errors that it leaves there. */
interface Lacking {
  applied: number
  left: number[]
}

const NOTHING: Lacking = { applied: 0, left: [] }

/**
 * What the second order R of the networks' errors, which the value has and the gradient has not, moves by with a component: as measured where
 * that is as clear as is asked of R. R is a mean of some h over X, weighted by Γ, and what Γ moves by is not measured, nor anything where σ has no inverse:
 * R' = E[h ξ]/s with ξ normal and s the deviation of X, up to its correlation with h the deviation of h over s. With a deviation
 * of h of the size of R, and a correlation that may be anything from −1 to 1, R' has the deviation |R|/(√3 s).
 */
function secondOrder(
  doubles: Float64Array,
  { estimate, spread }: GradientPlan,
): ((component: number, own: number) => Lacking) | null {
  const { remainder } = readEstimate(doubles, estimate)
  if (remainder === null || !estimate.branches) return null
  const unmeasured =
    beyondNoise({ mean: remainder.value, standardError: remainder.standardError }) / Math.sqrt(3)
  const slopes = readRemainderSlope(doubles, estimate.branches, estimate.training.dim)
  const ofWeights = rateError(resultOf(doubles, estimate))
  const size = doubles[estimate.training.state + STATE.yScale]
  return (i, own) => {
    const deviation = doubles[spread + i]
    const isWhole = slopes !== null && estimate.branches!.hasWholeSlope
    const floor = unmeasured === 0 ? 0 : (unmeasured / deviation) * (isWhole ? Math.min(1, ofWeights) : 1)
    if (slopes === null) return { applied: 0, left: [floor] }
    const { mean, standardError, size: withoutSign } = slopes[i]
    const isClear = Math.abs(mean) > CLEAR * standardError
    const third = THIRD * ofWeights * withoutSign
    if (!isClear && standardError > own) return { applied: 0, left: [floor, mean, standardError, third] }
    // Where it is not measured the third order is about as much smaller again.
    const square = Math.abs(mean) * Math.min(1, (Math.abs(mean) * deviation) / size)
    return { applied: mean, left: [floor, standardError, Math.max(third, square)] }
  }
}

/** Judged by its grids as the value is; `scale` is the components' root mean square. */
function readComponent(
  doubles: Float64Array,
  plan: GradientPlan,
  sums: Float64Array,
  scale: number,
): Moments {
  const [pairs, withThird] = [doubles[plan.count], doubles[plan.count + 1]]
  const { estimate } = plan
  const size = sumsFor(plan.controls)
  const momentsOf = (quantity: number, count: number) =>
    controlledMoments(sums.subarray(quantity * size, (quantity + 1) * size), plan.controls, count)
  const third = withThird > 0 && {
    coarseGap: momentsOf(QUANTITY.coarseGap, withThird),
    bend: momentsOf(QUANTITY.bend, withThird),
    count: withThird,
  }
  const { mean, errors } = judgeByGrids(doubles, estimate, scale, {
    fine: momentsOf(QUANTITY.fine, pairs),
    gap: momentsOf(QUANTITY.gap, pairs),
    count: pairs,
    third: third || null,
  })
  return { mean, standardError: Math.hypot(...errors) }
}

/** A mean and a sum of squared deviations of each, from so many samples. */
export interface GridMoments {
  fine: Deviations
  gap: Deviations
  count: number
  /** null without a third grid. */
  third: { coarseGap: Deviations; bend: Deviations; count: number } | null
}

/** The value by its grids; `errors` are that of the sample and what the grids leave. Each part has a control of its own. */
export function judgeByGrids(
  doubles: Float64Array,
  estimate: EstimatePlan,
  scale: number,
  { fine, gap, count, third }: GridMoments,
): { mean: number; errors: [sample: number, grid: number] } {
  const word = new Float64Array(RESULT_WORDS)
  word[RESULT.count] = count
  word[RESULT.coarsestCount] = third?.count ?? 0
  word[RESULT.slopeBend] = resultOf(doubles, estimate)[RESULT.slopeBend]
  word.set(fine, RESULT.value)
  word.set(gap, RESULT.gap)
  if (third) {
    word.set(third.coarseGap, RESULT.coarseGap)
    word.set(third.bend, RESULT.bend)
  }
  const { share } = gridSizes(estimate)
  word[RESULT.extrapolated] = fine[0] + share * gap[0]
  word[RESULT.extrapolatedVariance] = fine[1] + share * share * gap[1]
  const own = { mean: fine[0], standardError: Math.sqrt(fine[1] / (count - 1) / count) }
  const found = hasGrid(estimate, 2) ? readGrid(word, estimate, own, scale) : { value: own, grid: null }
  const { mean, standardError } = found.value
  return { mean, errors: [standardError, found.grid?.left ?? 0] }
}

/** All sums of a component, in the order of the shards. */
function sumsOf(doubles: Float64Array, plan: GradientPlan, i: number): Float64Array {
  const { dim } = plan.estimate.training
  return Float64Array.from({ length: plan.shardSums }, (_, sum) => {
    let total = 0
    for (let shard = 0; shard < SHARDS; shard++)
      total += doubles[plan.sums + (shard * plan.shardSums + sum) * dim + i]
    return total
  })
}
