/** From the sums of all paths to the value and everything that it may be off by. */
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { ErrorParts } from '../../solution/error-parts.ts'
import { judgePrecision } from '../../solution/precision.ts'
import type { MethodResult } from '../../solution/solution.ts'
import { doubtAlike, doubtFew } from '../../solution/unmet.ts'
import { FARTHEST, restsOnFew, UNMET, unmetMean } from '../../statistics/unmet.ts'
import { type MonteCarloPlan, ROUND_PATHS, STATE } from './plan.ts'

/** Share of the paths' variance that one of them may have. */
const LARGEST_SHARE = 0.1
/** The grid's error may be this share of the value before the result is not to be relied on. */
const LARGEST_GRID_ERROR = 0.1

interface Mean {
  mean: number
  standardError: number
}

/** Of the paths' values; what g may be on paths that next to none of them is among is in the error, where it is bounded or a kink shows it. */
export function meanOf(state: Float64Array, problem: Pick<CompiledProblem, 'spans'>): Mean {
  const count = state[STATE.count]
  const own = moments(state, STATE.sum, STATE.squares, count)
  const mean = state[STATE.centre] + own.mean
  const span = unmetSpan(state, problem, mean)
  const beyond = Number.isFinite(span) ? (UNMET * span) / count : 0
  const far = unmetMean(problem.spans.far, count)
  return { mean, standardError: Math.hypot(own.standardError, beyond, far) }
}

/** Whether next to none of the paths met what counts, and nothing bounds what that is. */
export function isUnseen(state: Float64Array, problem: Pick<CompiledProblem, 'spans'>): boolean {
  const { mean } = moments(state, STATE.sum, STATE.squares, state[STATE.count])
  return unmetSpan(state, problem, state[STATE.centre] + mean) === Number.POSITIVE_INFINITY
}

/** What paths may differ by from those that were met, where these are all alike or what counts lies on next to none of them; else 0. */
function unmetSpan(state: Float64Array, { spans }: Pick<CompiledProblem, 'spans'>, value: number): number {
  if (state[STATE.squares] === 0) return spans.path
  const farthest = state.subarray(STATE.farthest, STATE.farthest + FARTHEST)
  return farthest[FARTHEST - 1] === 0 || restsOnFew(farthest, value) ? spans.terminal : 0
}

export function readResult(
  doubles: Float64Array,
  problem: CompiledProblem,
  plan: MonteCarloPlan,
  estimate: number,
  isStopped: boolean,
): MethodResult {
  const state = doubles.subarray(plan.state)
  const { mean: value, standardError: statistical } = meanOf(state, problem)
  const gap = plan.coarse === null ? null : moments(state, STATE.gap, STATE.gapSquares, firstRound(state))
  // All of the difference: how fast it shrinks is not known from two grids.
  const grid = gap === null ? 0 : Math.hypot(gap.mean, gap.standardError)
  const errors = { statistical, grid, remainder: 0 }
  const standardError = Math.hypot(statistical, grid)
  const doubt = doubtOf(state, value, errors, problem)
  const remedy = grid > statistical ? '--steps' : '--paths'
  const shortfall = judgePrecision(value, standardError, plan.options.tolerance, remedy)
  const verdict = doubt !== null ? 'unconverged' : shortfall !== null ? 'imprecise' : 'converged'
  return {
    status: isStopped ? 'stopped' : verdict,
    reason: isStopped ? null : (doubt ?? shortfall),
    value,
    standardError,
    errors,
    gridError: gap?.mean ?? null,
    gridErrorStandardError: gap?.standardError ?? null,
    deviation:
      moments(state, STATE.sum, STATE.squares, state[STATE.count]).standardError *
      Math.sqrt(state[STATE.count]),
    gradient: Array.from(problem.x0, () => null),
    missingGradient: 'monte-carlo gives the value alone',
    iterations: 0,
    steps: plan.coarse === null ? 0 : plan.fine.time.steps,
    batchSize: 0,
    paths: state[STATE.count],
    history: { loss: [], estimate: [], rate: [], elapsedMs: [] },
    elapsedMs: { train: 0, estimate },
  }
}

function doubtOf(
  state: Float64Array,
  value: number,
  errors: ErrorParts,
  problem: CompiledProblem,
): string | null {
  if (!Number.isFinite(value + errors.statistical)) {
    return 'the value of a path is not finite; take more --steps, or shorten the horizon'
  }
  if (!Number.isFinite(errors.grid))
    return 'the steps are too long: paths on half as many run away; take more --steps'
  const squares = state[STATE.squares]
  if (squares === 0 && (isUnseen(state, problem) || (value === 0 && problem.spans.path > 0))) {
    return doubtAlike(value, 'g')
  }
  if (errors.grid > LARGEST_GRID_ERROR * Math.abs(value)) {
    return `the steps are too long: half as many move the value by ${short(errors.grid)}, of ${short(value)}; take more --steps`
  }
  if (isUnseen(state, problem)) return doubtFew(state[STATE.count], 'g')
  const share = state[STATE.largest] / squares
  if (share > LARGEST_SHARE) {
    return `one of ${state[STATE.count]} paths has ${Math.round(100 * share)} % of their variance: their spread is no error bar; take more --paths, or a shorter horizon`
  }
  return null
}

function moments(state: Float64Array, sum: number, squares: number, count: number): Mean {
  const mean = state[sum] / count
  const variance = Math.max(0, state[squares] - count * mean ** 2) / (count - 1)
  return { mean, standardError: Math.sqrt(variance / count) }
}

/** Paths on both grids. */
function firstRound(state: Float64Array): number {
  return Math.min(ROUND_PATHS, state[STATE.count])
}

function short(value: number): string {
  return value.toPrecision(2)
}
