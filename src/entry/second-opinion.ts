/** Two methods side by side: whether their values agree within their errors. */
import type { MethodResult, SecondOpinion } from '../solution/solution.ts'

/** Standard errors of the difference that agreement allows for chance: exceeded once in 370 by two right answers. */
const STANDARD_ERRORS = 3

type Opinion = Pick<MethodResult, 'value' | 'standardError' | 'gridError'>

/**
 * What the second method found and whether |difference| ≤ 3·√(s₁²+s₂²) + |e₁| + |e₂|, with each method's own statistical
 * error s and discretisation error e (time grid; for multilevel Picard what the last iteration moved).
 */
export function compareOpinions(
  first: Opinion,
  second: Opinion,
  method: string,
  elapsedMs: number,
): SecondOpinion {
  const difference = first.value - second.value
  const combinedError = Math.hypot(first.standardError, second.standardError)
  const allowance =
    STANDARD_ERRORS * combinedError + Math.abs(first.gridError ?? 0) + Math.abs(second.gridError ?? 0)
  return {
    method,
    value: second.value,
    standardError: second.standardError,
    gridError: second.gridError,
    difference,
    allowance,
    agrees: Math.abs(difference) <= allowance,
    elapsedMs,
  }
}

/** The method that is asked beside `method`. */
export function otherMethod(method: string): string {
  return method === 'multilevel-picard' ? 'deep-bsde' : 'multilevel-picard'
}
