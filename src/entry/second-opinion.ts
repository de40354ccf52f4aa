/** Two methods side by side: whether their values agree within their errors. */
import type { SecondOpinion } from '../solution/details/second-opinion.ts'
import type { Solution } from '../solution/solution.ts'
import { judgedGap } from './rule-gap.ts'

/** Standard errors of the difference that agreement allows for chance: exceeded once in 370 by two right answers. */
const STANDARD_ERRORS = 3

/** Of the first method's standard errors: agreement within more than that says nothing of its value. */
const TELLING = 10

type Opinion = Pick<Solution, 'value' | 'standardError' | 'status' | 'reason'>

/**
 * What the second method found, and whether |difference| ≤ 3·√(s₁² + s₂²), s each method's standard error, in which all is that it knows of its
 * own errors. It cannot tell where one of them is not to be relied on, or they agree within so much that most wrong values would agree too.
 */
export function compareOpinions(
  first: Opinion,
  second: Opinion,
  method: string,
  elapsedMs: number,
): SecondOpinion {
  const difference = first.value - second.value
  const allowance = STANDARD_ERRORS * Math.hypot(first.standardError, second.standardError)
  const agrees = Math.abs(difference) <= allowance
  const isTelling = isSure(first) && isSure(second) && (!agrees || allowance <= TELLING * first.standardError)
  return {
    method,
    value: second.value,
    standardError: second.standardError,
    status: second.status,
    reason: second.reason,
    difference,
    allowance,
    agrees: isTelling ? agrees : null,
    elapsedMs,
  }
}

function isSure({ status }: Pick<Opinion, 'status'>): boolean {
  return status !== 'unconverged' && status !== 'stopped'
}

/** What makes either more exact. */
function remedies(methods: string[]): string {
  const sampled = methods.includes('multilevel-picard') ? ', --repetitions and --levels' : ''
  return `--steps and --iterations${sampled}`
}

/**
 * The first answer with the second beside it; where the second contradicts it neither is to be relied on. A rule that is worse than the value is no
 * contradiction: a better one is then known to exist.
 *
 * @param goal of a control problem: 1 where costs are minimised, −1 where gains are maximised
 */
export function withOpinion(
  first: Solution,
  secondOpinion: SecondOpinion,
  goal: 1 | -1 | null = null,
): Solution {
  if (secondOpinion.agrees && first.status === 'one-sided') {
    return { ...first, status: 'converged', reason: null, secondOpinion }
  }
  if (secondOpinion.agrees !== false || !isSure(first)) return { ...first, secondOpinion }
  if (goal !== null) return { ...first, ...besideRule(first, secondOpinion, goal), secondOpinion }
  const { method, value, standardError } = secondOpinion
  const reason = `${method} finds ${value.toPrecision(6)} ± ${standardError.toPrecision(2)}, which is too far from ${first.value.toPrecision(6)} ± ${first.standardError.toPrecision(2)}; take more ${remedies([first.method, method])}, and see which of the two moves`
  return { ...first, status: 'unconverged', reason, contradiction: 'second opinion', secondOpinion }
}

/** Of two methods one of which finds a rule, and they differ. */
function besideRule(first: Solution, secondOpinion: SecondOpinion, goal: 1 | -1): Partial<Solution> {
  const isRule = first.method === 'policy'
  const gap = goal * (isRule ? secondOpinion.difference : -secondOpinion.difference)
  return isRule || gap < 0 ? judgedGap(gap, goal, isRule ? secondOpinion : first) : {}
}
