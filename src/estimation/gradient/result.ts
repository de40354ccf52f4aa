/** ∇u from the sums that its stage left. */
import { type Moments, readGrid } from '../grid-error.ts'
import { hasGrid, RESULT, RESULT_WORDS } from '../plan.ts'
import { type GradientPlan, PAIR, PAIR_SUMS, QUANTITY, SHARDS, SUMS } from './plan.ts'

/** An adjoint in single precision is rounded at every step. */
const ROUNDING = 2 ** -24

export interface GradientEstimate {
  /** [dim] */
  gradient: Float64Array
  standardError: Float64Array
  paths: number
  /** Root mean square of what single paths observe without control, as a length. */
  size: number
}

/** null where no path was run. */
export function readGradient(doubles: Float64Array, plan: GradientPlan): GradientEstimate | null {
  const paths = doubles[plan.count / 8]
  if (paths === 0) return null
  const { dim } = plan.estimate.training
  const sums = Array.from({ length: dim }, (_, i) => sumsOf(doubles, plan, i))
  const scale = Math.sqrt(sums.reduce((sum, own) => sum + (own[PAIR.p] / paths) ** 2, 0) / dim)
  const components = sums.map((own) => readComponent(doubles, plan, own, scale))
  return {
    gradient: Float64Array.from(components, ({ mean }) => mean),
    standardError: Float64Array.from(components, ({ standardError }) => standardError),
    paths,
    size: Math.sqrt(sums.reduce((sum, own) => sum + squareOf(own), 0) / paths),
  }
}

/** Σ (p + q)² on the grid. */
function squareOf(sums: Float64Array): number {
  return sums[PAIR.pp] + 2 * sums[PAIR.pq] + sums[PAIR.qq]
}

/** Judged by its grids as the value is; `scale` is the components' root mean square. */
function readComponent(
  doubles: Float64Array,
  plan: GradientPlan,
  sums: Float64Array,
  scale: number,
): Moments {
  const [paths, withThird] = [doubles[plan.count / 8], doubles[plan.count / 8 + 1]]
  const { estimate } = plan
  const pairOf = (quantity: number) => sums.subarray(quantity * PAIR_SUMS, (quantity + 1) * PAIR_SUMS)
  const beta = bestShare(pairOf(QUANTITY.fine), plan, paths)
  const word = new Float64Array(RESULT_WORDS)
  const put = (at: number, quantity: number, count: number) => {
    word.set(momentsOf(pairOf(quantity), beta, count), at)
  }
  word[RESULT.count] = paths
  word[RESULT.coarsestCount] = withThird
  put(RESULT.value, QUANTITY.fine, paths)
  put(RESULT.gap, QUANTITY.gap, paths)
  put(RESULT.extrapolated, QUANTITY.extrapolated, paths)
  if (withThird > 0) {
    put(RESULT.coarseGap, QUANTITY.coarseGap, withThird)
    put(RESULT.bend, QUANTITY.bend, withThird)
  }
  const standardError = Math.sqrt(word[RESULT.variance] / (paths - 1) / paths)
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

/** The β of p + βq that leaves the least noise; of a control that is fitted already, no more than all of it. */
function bestShare(sums: Float64Array, { kind }: GradientPlan, paths: number): number {
  const [p, q] = [sums[PAIR.p] / paths, sums[PAIR.q] / paths]
  const variance = sums[PAIR.qq] / paths - q * q
  if (!(variance > 0)) return 0
  const best = (p * q - sums[PAIR.pq] / paths) / variance
  return kind === 'pathwise' ? Math.min(1, Math.max(0, best)) : best
}

/** Mean of p + βq, and its sum of squared deviations. */
function momentsOf(sums: Float64Array, beta: number, count: number): [number, number] {
  const mean = (sums[PAIR.p] + beta * sums[PAIR.q]) / count
  const square = sums[PAIR.pp] + 2 * beta * sums[PAIR.pq] + beta * beta * sums[PAIR.qq]
  return [mean, Math.max(0, square - count * mean * mean)]
}
