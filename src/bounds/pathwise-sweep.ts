/**
 * The dual of a driver f = b·z + h(t,x,y): for any martingale M under the measure with drift b, the path by path solution of
 *
 *     θ_T = g(X_T),   dθ = −h(tₙ, Xₙ, θ) dt + dM,
 *
 * has E[θ₀] ≥ Y₀ for convex h and ≤ for concave h (Jensen; Rogers 2002, Bender, Schweizer, Zhuo 2017 doi:10.1111/mafi.12100).
 * Where h is neither, the convex driver above it and the concave one below it of `split.ts`, at Ŷₙ, take its place.
 * M = ∫Ẑₙ·dW is known at the grid times; between them its mean given these is the straight line, along which θ is
 * integrated (Runge–Kutta, order 4). What the bridge adds is allowed for outward.
 */

import { SHARD_ROWS } from '../estimation/buffers.ts'
import { clearRows, rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { lengthAt, type TimeGrid, timeAfter } from '../paths/grid.ts'
import type { ControlVariate } from './control-variate.ts'
import type { BoundsPlan } from './plan.ts'
import { bridgeAllowance, concavePart, convexPart, excess } from './split.ts'

export type SideName = 'lower' | 'upper'

/** θ₀ of every row, from g in `terminal` and what the linear pass kept of every step. */
export function sweepDual(
  context: WorkerContext,
  plan: BoundsPlan,
  variate: ControlVariate,
  grid: TimeGrid,
  side: SideName,
  rows: number,
): Float64Array {
  const { floats, doubles } = context.views
  const { noiseDim } = plan.estimate.training
  const buffers = plan.estimate.workers[context.team.rank]
  const own = plan.workers[context.team.rank]
  const pieces = plan.structure.dual.kind === 'pathwise' ? plan.structure.dual.pieces : null
  const bent = pieces && (side === 'upper' ? convexPart(pieces) : concavePart(pieces))
  const outward = side === 'upper' ? 1 : -1
  const theta = doubles.slice(buffers.terminal, buffers.terminal + rows)
  clearRows({ floats }, buffers.z, rows, noiseDim)
  const drivers = driversOf(context, plan, variate, grid, side)
  const slopes = [0, 1, 2, 3].map(() => new Float64Array(rows))
  for (let n = grid.steps - 1; n >= 0; n--) {
    const at = n * SHARD_ROWS
    const dt = lengthAt(grid, n)
    const evaluate = (stage: number, from: number, step: number) => {
      for (let r = 0; r < rows; r++) {
        doubles[buffers.y + r] = theta[r] + (stage === 0 ? 0 : step * slopes[from][r])
      }
      drivers(n, slopes[stage], rows)
      for (let r = 0; r < rows; r++) slopes[stage][r] -= doubles[own.increments + at + r] / dt
    }
    evaluate(0, 0, 0)
    evaluate(1, 0, 0.5 * dt)
    evaluate(2, 1, 0.5 * dt)
    evaluate(3, 2, dt)
    for (let r = 0; r < rows; r++) {
      const [a, b, c, d] = slopes.map((slope) => slope[r])
      const before = theta[r]
      theta[r] += (dt / 6) * (a + 2 * b + 2 * c + d)
      if (bent === null) continue
      const square = doubles[own.squares + at + r]
      theta[r] += outward * bridgeAllowance(bent, square, dt, before, theta[r])
    }
  }
  return theta
}

/** Writes the side's driver at step n and y, float64 [rows], into `out`. */
function driversOf(
  { team, views }: WorkerContext,
  plan: BoundsPlan,
  variate: ControlVariate,
  grid: TimeGrid,
  side: SideName,
): (n: number, out: Float64Array, rows: number) => void {
  const { doubles } = views
  const { x, y, z, driver, driverDy } = plan.estimate.workers[team.rank]
  const { states, clamped, tangents } = plan.workers[team.rank]
  const { curvature, dual } = plan.structure
  const { dim } = plan.estimate.training
  const own = (n: number, out: Float64Array, rows: number) => {
    variate.driver(timeAfter(grid, n), plan.keepsStates ? rowAt(states, n * SHARD_ROWS, dim) : x, y, z, rows)
    for (let r = 0; r < rows; r++) {
      const beyond = doubles[y + r] - doubles[clamped + r]
      out[r] = doubles[driver + r] + doubles[driverDy + r] * beyond
    }
  }
  if (curvature !== 'mixed' || dual.kind !== 'pathwise') return own
  const concave = concavePart(dual.pieces!)
  return (n, out, rows) => {
    if (side === 'upper') own(n, out, rows)
    for (let r = 0; r < rows; r++) {
      const tangent = tangents + 3 * (n * SHARD_ROWS + r)
      const [at, value, slope] = doubles.subarray(tangent, tangent + 3)
      const here = doubles[y + r]
      const beyond = excess(concave, here, at)
      out[r] = side === 'upper' ? out[r] - beyond : value + slope * (here - at) + beyond
    }
  }
}
