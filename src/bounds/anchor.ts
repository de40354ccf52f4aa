/** The mean of e^{α₀T}g(X⁰_T) over many endpoints: what both sides have in common where the driver has two linear pieces. */
import { SHARD_ROWS } from '../estimation/buffers.ts'
import type { Endpoints } from '../estimation/endpoints.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { ANCHOR_PIECE, type BoundsPlan, RESULT } from './plan.ts'

/** Mean and standard error into the plan's result, by the whole team. */
export function findAnchor(
  { team, views }: WorkerContext,
  plan: BoundsPlan,
  endpoints: Endpoints,
  alpha: number,
  iteration: number,
): void {
  const { doubles } = views
  const { w, terminal } = plan.estimate.workers[team.rank]
  const discount = Math.exp(alpha * plan.estimate.training.grid.horizon)
  team.forEach(plan.anchorPieces, (piece) => {
    let [mean, squares, count] = [0, 0, 0]
    for (let first = 0; first < ANCHOR_PIECE; first += SHARD_ROWS) {
      endpoints.draw(w, SHARD_ROWS, iteration, piece * ANCHOR_PIECE + first)
      endpoints.terminal(w, SHARD_ROWS)
      for (let r = 0; r < SHARD_ROWS; r++) {
        const value = discount * doubles[terminal + r]
        const before = value - mean
        mean += before / ++count
        squares += before * (value - mean)
      }
    }
    doubles[plan.anchorAt + 2 * piece] = mean
    doubles[plan.anchorAt + 2 * piece + 1] = squares
  })
  if (team.rank !== 0) return
  const [mean, standardError] = pooled(doubles.subarray(plan.anchorAt), plan.anchorPieces)
  doubles[plan.result + RESULT.anchor] = mean
  doubles[plan.result + RESULT.anchorError] = standardError
}

/** Mean and its standard error from equally many values in each piece: pieces [mean, squared deviations]. */
function pooled(moments: Float64Array, pieces: number): [number, number] {
  let mean = 0
  for (let k = 0; k < pieces; k++) mean += moments[2 * k] / pieces
  let squares = 0
  for (let k = 0; k < pieces; k++) {
    squares += moments[2 * k + 1] + ANCHOR_PIECE * (moments[2 * k] - mean) ** 2
  }
  const count = pieces * ANCHOR_PIECE
  return [mean, Math.sqrt(squares / (count - 1) / count)]
}
