/**
 * The slope of the value along the trained policy, fitted: λₙ, the derivative of a path's remaining cost with respect to Xₙ,
 * has the conditional mean ∂V(tₙ, Xₙ), which its least-squares fit by x̂ₙ and 1 stands for: what control variates are made of.
 */

import type { Moments } from '../estimation/grid-error.ts'
import { floatsOf, rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { BLOCK_ROWS } from '../program/plan.ts'
import type { Rollout } from '../program/rollout.ts'
import { STREAM } from '../random/streams.ts'
import { cholesky, solveCholesky } from '../statistics/linear-system.ts'
import { type AdjointFit, FIT_BLOCKS, FIT_SHARDS, fitBlock, initialSum } from './adjoint-plan.ts'
import type { PolicyPlan } from './plan.ts'

/** On the diagonal, as a share of the number of paths: a component that does not move gets slope 0. */
const RIDGE = 1e-4
/** Shards of both halves of the paths, and of all. */
const SHARES = [
  [0, FIT_SHARDS / 2],
  [FIT_SHARDS / 2, FIT_SHARDS],
  [0, FIT_SHARDS],
] as const

/** Fits every step on the whole team, from an `iteration` of the stream of pilot paths. */
export function fitAdjoint(
  context: WorkerContext,
  plan: PolicyPlan,
  rollout: Rollout,
  iteration: number,
): void {
  const { fit, grid, dim } = plan
  if (fit === null) return
  const { team, views } = context
  team.forEach(FIT_SHARDS, (shard) => {
    const at = fit.sums[shard]
    views.floats.fill(0, at, at + (grid.steps + 1) * fitBlock(dim))
    for (let block = 0; block < FIT_BLOCKS; block++) {
      rollout.forward(STREAM.pilot, iteration, (shard * FIT_BLOCKS + block) * BLOCK_ROWS, BLOCK_ROWS)
      rollout.backward(BLOCK_ROWS, null, false, (n, l) =>
        addMoments(context, plan, fit, rollout, shard, n, l),
      )
    }
  })
  team.forEach(grid.steps + 1, (n) => solveFit(context, plan, fit, n))
}

/** λ̂ₙ [rows×dim] at states x [rows×dim]; `standardised` is scratch. */
export function fittedAdjoint(
  context: WorkerContext,
  plan: PolicyPlan,
  fit: AdjointFit,
  n: number,
  x: number,
  rows: number,
  standardised: number,
  out: number,
): void {
  const { kernels } = context
  const { dim, scale, shift } = plan
  const at = floatsOf(n, dim)
  kernels.scaleShift(standardised, x, scale + at, shift + at, rows, dim)
  kernels.gemmNN(out, standardised, fit.slope + at * dim, rows, dim, dim, 0)
  kernels.biasActivation(out, fit.level + at, rows, dim, 0)
}

function addMoments(
  { kernels }: WorkerContext,
  { dim, scale, shift }: PolicyPlan,
  fit: AdjointFit,
  rollout: Rollout,
  shard: number,
  n: number,
  l: number,
): void {
  const at = floatsOf(n, dim)
  const matrix = floatsOf(dim, dim)
  const sums = fit.sums[shard] + n * fitBlock(dim)
  const { dInput: input } = rollout.buffers
  kernels.scaleShift(input, rollout.x(n), scale + at, shift + at, BLOCK_ROWS, dim)
  kernels.gemmTN(sums, input, input, BLOCK_ROWS, dim, dim, 1)
  kernels.gemmTN(sums + matrix, input, l, BLOCK_ROWS, dim, dim, 1)
  kernels.columnSum(sums + 2 * matrix, input, BLOCK_ROWS, dim, 1)
  kernels.columnSum(rowAt(sums + 2 * matrix, 1, dim), l, BLOCK_ROWS, dim, 1)
}

function solveFit({ views }: WorkerContext, { dim }: PolicyPlan, fit: AdjointFit, n: number): void {
  const { floats } = views
  const [first, second, whole] = SHARES.map((shards) => leastSquares(floats, fit, dim, n, shards))
  const slope = rowAt(fit.slope, n * dim, dim)
  for (let j = 0; j < dim; j++) {
    const isKept = agree(whole.gram, first.slopes[j], second.slopes[j])
    let level = whole.meanL[j]
    for (let i = 0; i < dim; i++) {
      const entry = isKept ? whole.slopes[j][i] : 0
      floats[rowAt(slope, i, dim) + j] = entry
      level -= entry * whole.meanX[i]
    }
    floats[rowAt(fit.level, n, dim) + j] = level
  }
}

interface LeastSquares {
  /** Of x̂, centred: [dim × dim]. */
  gram: Float64Array
  meanX: Float64Array
  meanL: Float64Array
  /** Of each component of λ: [dim]. */
  slopes: Float64Array[]
}

function leastSquares(
  floats: Float32Array,
  fit: AdjointFit,
  dim: number,
  n: number,
  [from, to]: readonly [number, number],
): LeastSquares {
  const count = (to - from) * FIT_BLOCKS * BLOCK_ROWS
  const total = (word: number) => {
    let sum = 0
    for (let shard = from; shard < to; shard++) sum += floats[fit.sums[shard] + n * fitBlock(dim) + word]
    return sum
  }
  const means = floatsOf(2 * dim, dim)
  const meanX = Float64Array.from({ length: dim }, (_, i) => total(means + i) / count)
  const meanL = Float64Array.from({ length: dim }, (_, j) => total(rowAt(means, 1, dim) + j) / count)
  const gram = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++)
      gram[i * dim + j] = total(floatsOf(i, dim) + j) - count * meanX[i] * meanX[j]
    gram[i * dim + i] += RIDGE * count
  }
  const lower = cholesky(gram, dim)
  const slopes = Array.from({ length: dim }, (_, j) => {
    const column = Float64Array.from(
      { length: dim },
      (_, i) => total(floatsOf(dim + i, dim) + j) - count * meanX[i] * meanL[j],
    )
    if (lower !== null) solveCholesky(lower, column)
    else column.fill(0)
    return column
  })
  return { gram, meanX, meanL, slopes }
}

/**
 * Whether two fits from different paths share half of what they say: a slope that is mostly noise adds more than it takes off,
 * and it is that where the states hardly move.
 */
function agree(gram: Float64Array, first: Float64Array, second: Float64Array): boolean {
  const dim = first.length
  let [common, energy] = [0, 0]
  for (let i = 0; i < dim; i++) {
    for (let k = 0; k < dim; k++) {
      const weight = gram[i * dim + k]
      common += weight * first[i] * second[k]
      energy += 0.5 * weight * (first[i] * first[k] + second[i] * second[k])
    }
  }
  return common > 0.5 * energy
}

/** Student's 97.5 % quantile for a deviation told by eight means, over the normal one. */
const FEW_MEANS = 2.365 / 1.96

/** The mean of λ₀ over the fit's paths, and its standard error: ∂V(0, x0) along the policy, [dim]; null without a fit. */
export function meanInitialAdjoint(floats: Float32Array, { fit, dim }: PolicyPlan): Moments[] | null {
  if (fit === null) return null
  const at = initialSum(dim)
  return Array.from({ length: dim }, (_, j) => {
    const means = fit.sums.map((sums) => floats[sums + at + j] / (FIT_BLOCKS * BLOCK_ROWS))
    const mean = means.reduce((sum, own) => sum + own, 0) / FIT_SHARDS
    const squares = means.reduce((sum, own) => sum + (own - mean) ** 2, 0)
    return { mean, standardError: FEW_MEANS * Math.sqrt(squares / (FIT_SHARDS - 1) / FIT_SHARDS) }
  })
}
