/** Rounds of paths on a team of workers, until the standard error or the number of paths is reached. */
import type { WorkerContext } from '../../parallel/context.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { insert } from '../../statistics/hidden-tail.ts'
import { FARTHEST, unmetMean } from '../../statistics/unmet.ts'
import { LinearPaths } from './paths.ts'
import { BLOCK_ROWS, type MonteCarloPlan, PATH_WORDS, ROUND_PATHS, STATE } from './plan.ts'
import { isUnseen, meanOf } from './result.ts'

/** With this many times an error that is not theirs paths hardly count. */
const CLOSE = 1.1

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
      const at = plan.values + PATH_WORDS * first
      paths.run(done + first, rows, doubles.subarray(at, at + PATH_WORDS * rows), done === 0)
    })
    done += round
    if (team.rank !== 0) continue
    addUp(state, doubles.subarray(plan.values, plan.values + PATH_WORDS * round))
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
  const unmet = CLOSE * unmetMean(problem.spans.far, paths)
  return standardError <= Math.max(tolerance, relativeTolerance * Math.abs(mean), unmet)
}

function addUp(state: Float64Array, values: Float64Array): void {
  const count = values.length / PATH_WORDS
  if (state[STATE.count] === 0) begin(state, values)
  const farthest = state.subarray(STATE.farthest, STATE.farthest + FARTHEST)
  for (let at = 0; at < values.length; at += PATH_WORDS) {
    const [away, gap] = [values[at] - state[STATE.centre], values[at + 1]]
    insert(farthest, Math.abs(values[at + 2] - state[STATE.middle]))
    state[STATE.sum] += away
    state[STATE.squares] += away ** 2
    state[STATE.largest] = Math.max(state[STATE.largest], away ** 2)
    state[STATE.gap] += gap
    state[STATE.gapSquares] += gap ** 2
  }
  state[STATE.count] += count
}

function begin(state: Float64Array, values: Float64Array): void {
  const column = (word: number) => values.filter((_, k) => k % PATH_WORDS === word)
  const [own, g] = [column(0), column(2)]
  // A mean of equal numbers may be rounded to another.
  const areAlike = own.every((value) => value === own[0])
  state[STATE.centre] = areAlike ? own[0] : own.reduce((sum, value) => sum + value / own.length, 0)
  state[STATE.middle] = g.sort()[g.length >> 1]
}
