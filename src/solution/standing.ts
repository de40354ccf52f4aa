/** How far a result is to be relied on beside what the page knows. */
import type { Reference } from '../problem/definition.ts'
import { againstReference, worseThanReference } from './contradiction.ts'
import type { MethodResult, Solution } from './solution.ts'

/** The method's own verdict, unless the page's reference excludes what it found. */
export function standing(
  result: Pick<
    MethodResult,
    'status' | 'reason' | 'contradiction' | 'value' | 'standardError' | 'open' | 'policy'
  >,
  reference: Reference | null,
): Pick<Solution, 'status' | 'reason' | 'contradiction'> {
  const { status, reason = null, contradiction = null, open = null } = result
  const isGood = status === 'converged' || status === 'imprecise'
  const own =
    isGood && open !== null && reference === null
      ? { status: 'one-sided' as const, reason: reason === null ? open : `${open}; ${reason}`, contradiction }
      : { status, reason, contradiction }
  const excluded =
    status === 'stopped' || status === 'unconverged' ? null : againstReference(result, reference)
  if (excluded === null) return own
  const { policy } = result
  const worse = policy && worseThanReference(result, reference!, policy.problem.sign, policy.options.isShared)
  return worse
    ? { ...own, status: 'imprecise', reason: worse }
    : { status: 'unconverged', reason: excluded, contradiction: 'reference' }
}
