/** How far apart two starts may be: what differences are measured in. */
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { lengthAt } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import { placeAt } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { STREAM } from '../random/streams.ts'
import { SHARD_ROWS } from './buffers.ts'
import type { EstimatePlan } from './plan.ts'

/** Of the estimate's stream. */
const SPREAD_ITERATION = 49
/** Of |x₀|, the farthest that a component is displaced for a reach of 1, where σ depends on it and may have an end of its own. */
const FARTHEST = 0.5
/** Where no noise reaches a component: of its size. */
const UNMOVED = 0.25

/** Deviations of X_T over a few paths from x₀, [dim], where they are of use. For one worker alone. */
export function spreadOf(
  { floats }: Views,
  { functions }: CompiledProblem,
  { x0, training, workers, elsewhere }: EstimatePlan,
  simulator: Simulator,
): Float64Array {
  const { grid } = simulator
  let { x, xNext } = workers[0]
  const { w } = workers[0]
  placeAt(floats, x, SHARD_ROWS, x0)
  for (let n = elsewhere?.firstStep ?? 0; n < grid.steps; n++) {
    const deviation = Math.sqrt(lengthAt(grid, n))
    simulator.increments(w, SHARD_ROWS, n, deviation, STREAM.estimate, SPREAD_ITERATION, 0)
    simulator.advance(xNext, x, w, SHARD_ROWS, n)
    ;[x, xNext] = [xNext, x]
  }
  const isBounded = functions.scaleGradient.dependsOn.includes('x')
  return x0.map((start, i) => {
    const ends = Float64Array.from({ length: SHARD_ROWS }, (_, r) => floats[rowAt(x, r, training.dim) + i])
    const mean = ends.reduce((sum, end) => sum + end, 0) / SHARD_ROWS
    const own = Math.sqrt(ends.reduce((sum, end) => sum + (end - mean) ** 2, 0) / SHARD_ROWS)
    const size = Math.abs(start)
    const most = isBounded && size > 0 ? FARTHEST * size : Number.POSITIVE_INFINITY
    return own > 0 ? Math.min(own, most) : UNMOVED * (size || 1)
  })
}
