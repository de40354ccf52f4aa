/**
 * The dual of a driver f = b·z + h(t,x,y): for any martingale M under the measure with drift b, the path by path solution of
 *
 *     θ_T = g(X_T),   dθ = −h(tₙ, Xₙ, θ) dt + dM,
 *
 * has E[θ₀] ≥ Y₀ for convex h and ≤ for concave h (Jensen; Rogers 2002, Bender, Schweizer, Zhuo 2017 doi:10.1111/mafi.12100).
 * M = ∫Ẑₙ·dW is known at the grid times; between them its mean given these is the straight line, along which θ is
 * integrated (Runge–Kutta, order 4). What the bridge adds, ½h_yy·Var ≤ ½·bend·|Ẑₙ|²Δt²/6 a step, is added outward.
 */
import { SHARD_ROWS } from '../estimation/buffers.ts'
import { padded } from '../kernels/interface.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { type TimeGrid, timeAt } from '../paths/grid.ts'
import type { ControlVariate } from './control-variate.ts'
import type { BoundsPlan } from './plan.ts'

/** θ₀ of every row, from g in `terminal` and what the linear pass kept of every step. */
export function sweepDual(
  context: WorkerContext,
  plan: BoundsPlan,
  variate: ControlVariate,
  grid: TimeGrid,
  keepsStates: boolean,
  rows: number,
): Float64Array {
  const { floats, doubles } = context.views
  const { noiseDim, dim } = plan.estimate.training
  const buffers = plan.estimate.workers[context.team.rank]
  const own = plan.workers[context.team.rank]
  const { dual, curvature } = plan.structure
  const outward = (curvature === 'convex' ? 1 : -1) * (dual.kind === 'pathwise' ? (dual.bend ?? 0) : 0)
  const theta = doubles.slice(buffers.terminal / 8, buffers.terminal / 8 + rows)
  floats.fill(0, buffers.z / 4, buffers.z / 4 + rows * padded(noiseDim))
  const slopes = [0, 1, 2, 3].map(() => new Float64Array(rows))
  for (let n = grid.steps - 1; n >= 0; n--) {
    const x = keepsStates ? own.states + 4 * n * SHARD_ROWS * padded(dim) : buffers.x
    const at = own.increments / 8 + n * SHARD_ROWS
    const evaluate = (stage: number, from: number, step: number) => {
      for (let r = 0; r < rows; r++) {
        doubles[buffers.y / 8 + r] = theta[r] + (stage === 0 ? 0 : step * slopes[from][r])
      }
      variate.driver(timeAt(grid, n), x, buffers.y, buffers.z, rows)
      for (let r = 0; r < rows; r++) {
        const beyond = doubles[buffers.y / 8 + r] - doubles[own.clamped / 8 + r]
        const h = doubles[buffers.driver / 8 + r] + doubles[buffers.driverDy / 8 + r] * beyond
        slopes[stage][r] = h - doubles[at + r] / grid.dt
      }
    }
    evaluate(0, 0, 0)
    evaluate(1, 0, 0.5 * grid.dt)
    evaluate(2, 1, 0.5 * grid.dt)
    evaluate(3, 2, grid.dt)
    for (let r = 0; r < rows; r++) {
      const [a, b, c, d] = slopes.map((slope) => slope[r])
      const bridge = (0.5 * outward * doubles[own.squares / 8 + n * SHARD_ROWS + r] * grid.dt ** 2) / 6
      theta[r] += (grid.dt / 6) * (a + 2 * b + 2 * c + d) + bridge
    }
  }
  return theta
}
