/** ∇u from the sums that its stage left. */
import { type Moments, readGrid } from '../grid-error.ts'
import { gridSizes } from '../grid-sizes.ts'
import { hasGrid, RESULT, RESULT_WORDS } from '../plan.ts'
import { type GradientPlan, PAIR, PAIR_SUMS, QUANTITY, SHARDS, SUMS } from './plan.ts'

/** An adjoint in single precision is rounded at every step. */
const ROUNDING = 2 ** -24

export interface GradientEstimate {
  /** [dim] */
  gradient: Float64Array
  standardError: Float64Array
  pairs: number
  /** Root mean square of what single paths observe without control, as a length. */
  size: number
}

/** null where no path was run. */
export function readGradient(doubles: Float64Array, plan: GradientPlan): GradientEstimate | null {
  const pairs = doubles[plan.count / 8]
  if (pairs === 0) return null
  const { dim } = plan.estimate.training
  const sums = Array.from({ length: dim }, (_, i) => sumsOf(doubles, plan, i))
  const scale = Math.sqrt(sums.reduce((sum, own) => sum + (own[PAIR.p] / pairs) ** 2, 0) / dim)
  const components = sums.map((own) => readComponent(doubles, plan, own, scale))
  return {
    gradient: Float64Array.from(components, ({ mean }) => mean),
    standardError: Float64Array.from(components, ({ standardError }) => standardError),
    pairs,
    size: Math.sqrt(
      doubles.subarray(plan.sizes / 8, plan.sizes / 8 + SHARDS).reduce((a, b) => a + b) / pairs,
    ),
  }
}

/** Judged by its grids as the value is; `scale` is the components' root mean square. */
function readComponent(
  doubles: Float64Array,
  plan: GradientPlan,
  sums: Float64Array,
  scale: number,
): Moments {
  const [pairs, withThird] = [doubles[plan.count / 8], doubles[plan.count / 8 + 1]]
  const { estimate } = plan
  const pairOf = (quantity: number) => sums.subarray(quantity * PAIR_SUMS, (quantity + 1) * PAIR_SUMS)
  const word = new Float64Array(RESULT_WORDS)
  const put = (at: number, quantity: number, count: number) => {
    word.set(momentsOf(pairOf(quantity), count), at)
  }
  word[RESULT.count] = pairs
  word[RESULT.coarsestCount] = withThird
  word[RESULT.slopeBend] = doubles[estimate.result / 8 + RESULT.slopeBend]
  put(RESULT.value, QUANTITY.fine, pairs)
  put(RESULT.gap, QUANTITY.gap, pairs)
  if (withThird > 0) {
    put(RESULT.coarseGap, QUANTITY.coarseGap, withThird)
    put(RESULT.bend, QUANTITY.bend, withThird)
  }
  // Each part has the control that suits it: the grids' difference is all but free of noise without one.
  const { share } = gridSizes(estimate)
  word[RESULT.extrapolated] = word[RESULT.value] + share * word[RESULT.gap]
  word[RESULT.extrapolatedVariance] = word[RESULT.variance] + share * share * word[RESULT.gapVariance]
  const standardError = Math.sqrt(word[RESULT.variance] / (pairs - 1) / pairs)
  const fine = { mean: word[RESULT.value], standardError }
  const found = hasGrid(estimate, 2) ? readGrid(word, estimate, fine, scale) : { value: fine, grid: null }
  const { mean } = found.value
  const rounding = ROUNDING * Math.sqrt(estimate.training.grid.steps) * mean
  return { mean, standardError: Math.hypot(found.value.standardError, found.grid?.left ?? 0, rounding) }
}

/** All sums of a component, in the order of the shards. */
function sumsOf(doubles: Float64Array, plan: GradientPlan, i: number): Float64Array {
  const { dim } = plan.estimate.training
  return Float64Array.from({ length: SUMS }, (_, sum) => {
    let total = 0
    for (let shard = 0; shard < SHARDS; shard++)
      total += doubles[plan.sums / 8 + (shard * SUMS + sum) * dim + i]
    return total
  })
}

/** The β of p + βq that leaves the least noise. */
function bestShare(sums: Float64Array, pairs: number): number {
  const [p, q] = [sums[PAIR.p] / pairs, sums[PAIR.q] / pairs]
  const variance = sums[PAIR.qq] / pairs - q * q
  if (!(variance > 0)) return 0
  return (p * q - sums[PAIR.pq] / pairs) / variance
}

/** Mean of p + βq, and its sum of squared deviations: q has mean 0 on every grid, so that each quantity may have its own β. */
function momentsOf(sums: Float64Array, count: number): [number, number] {
  const beta = bestShare(sums, count)
  const mean = (sums[PAIR.p] + beta * sums[PAIR.q]) / count
  const square = sums[PAIR.pp] + 2 * beta * sums[PAIR.pq] + beta * beta * sums[PAIR.qq]
  return [mean, Math.max(0, square - count * mean * mean)]
}
