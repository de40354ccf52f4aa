/** Rounds of paths on a team of workers, until the standard error or the number of paths is reached. */
import type { WorkerContext } from '../../parallel/context.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { LinearPaths } from './paths.ts'
import { BLOCK_ROWS, type MonteCarloPlan, ROUND_PATHS, STATE } from './plan.ts'
import { isUnseen, meanOf } from './result.ts'

/** Every worker of a team runs this; a block writes only the values of its own paths, and the first worker adds them up in order. */
export function sample(context: WorkerContext, problem: CompiledProblem, plan: MonteCarloPlan): void {
  const { team, views, snapshots } = context
  const { doubles } = views
  const paths = new LinearPaths(context, problem, plan)
  const state = doubles.subarray(plan.state)
  let done = state[STATE.count]
  while (!team.shouldStop(isEnough(state, done, plan, problem))) {
    const round = Math.min(ROUND_PATHS, plan.options.paths - done)
    team.forEach(Math.ceil(round / BLOCK_ROWS), (block) => {
      const first = block * BLOCK_ROWS
      const rows = Math.min(BLOCK_ROWS, round - first)
      const at = plan.values + 2 * first
      paths.run(done + first, rows, doubles.subarray(at, at + 2 * rows), done === 0)
    })
    done += round
    if (team.rank !== 0) continue
    addUp(state, doubles.subarray(plan.values, plan.values + 2 * round))
    snapshots.serve()
    team.report(done)
  }
}

/** Asked by every worker, answered by the first. */
function isEnough(
  state: Float64Array,
  done: number,
  { options }: MonteCarloPlan,
  problem: CompiledProblem,
): boolean {
  const { paths, fewestPaths, tolerance, relativeTolerance } = options
  if (done >= paths) return true
  if (done < fewestPaths) return false
  const { mean, standardError } = meanOf(state, problem)
  if (isUnseen(state, problem)) return false
  return standardError <= Math.max(tolerance, relativeTolerance * Math.abs(mean))
}

function addUp(state: Float64Array, values: Float64Array): void {
  const count = values.length / 2
  if (state[STATE.count] === 0) {
    for (let p = 0; p < count; p++) state[STATE.centre] += values[2 * p] / count
  }
  for (let p = 0; p < count; p++) {
    const [away, gap] = [values[2 * p] - state[STATE.centre], values[2 * p + 1]]
    state[STATE.sum] += away
    state[STATE.squares] += away ** 2
    state[STATE.largest] = Math.max(state[STATE.largest], away ** 2)
    state[STATE.gap] += gap
    state[STATE.gapSquares] += gap ** 2
  }
  state[STATE.count] += count
}
