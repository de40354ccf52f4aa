/** Rounds of fresh paths on the whole team, until both sides are as precise as the estimate of the policy's cost. */
import type { WorkerContext } from '../../parallel/context.ts'
import { policyValue } from '../estimate.ts'
import { COLUMN, COLUMNS, DUAL, type DualPlan, PIECE_PATHS, ROUND_PATHS } from './plan.ts'
import { standardErrors } from './result.ts'

/** Bounds paths firstPath … firstPath+rows−1 into the plan's values from `row` on. */
export type Piece = (firstPath: number, row: number, rows: number) => void

export function runRounds({ team, views }: WorkerContext, plan: DualPlan, piece: Piece): void {
  let done = 0
  while (!team.shouldStop(done >= plan.paths || (team.rank === 0 && isPrecise(views.doubles, plan, done)))) {
    const paths = Math.min(ROUND_PATHS, plan.paths - done)
    const first = done
    forPieces(team, paths, (row, rows) => piece(first + row, row, rows))
    done += paths
    if (team.rank === 0) {
      accumulate(views.doubles, plan, paths)
      team.report(done)
    }
  }
}

export function forPieces(
  team: WorkerContext['team'],
  paths: number,
  piece: (row: number, rows: number) => void,
): void {
  team.forEach(Math.ceil(paths / PIECE_PATHS), (index) => {
    const row = index * PIECE_PATHS
    piece(row, Math.min(PIECE_PATHS, paths - row))
  })
}

/** Running means and sums of squares (Welford), in path order. */
export function accumulate(doubles: Float64Array, plan: DualPlan, paths: number): void {
  const result = plan.result
  for (let p = 0; p < paths; p++) {
    const row = plan.values + p * COLUMNS
    const count = ++doubles[result + DUAL.count]
    for (const [column, word] of [
      [COLUMN.policy, DUAL.policy],
      [COLUMN.hindsight, DUAL.hindsight],
    ]) {
      const value = doubles[row + column]
      const before = value - doubles[result + word]
      doubles[result + word] += before / count
      doubles[result + word + 1] += before * (value - doubles[result + word])
    }
  }
}

/** To be more precise than the estimate of the policy's cost would be for nothing. */
function isPrecise(doubles: Float64Array, plan: DualPlan, done: number): boolean {
  if (done === 0) return false
  const { policy, hindsight } = standardErrors(doubles, plan)
  return Math.max(policy, hindsight) <= policyValue(doubles, plan.estimate).standardError
}
