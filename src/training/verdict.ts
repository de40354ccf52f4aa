/** Whether a result may be relied on: what plainly shows that the training did not converge. */
import { DivergenceError } from '../errors.ts'
import { type EstimatePlan, RESULT } from '../estimation/plan.ts'
import type { History } from '../solution/solution.ts'
import { STATE, type TrainingPlan } from './plan.ts'

/**
 * @returns why the training has not converged; null where nothing says so
 * @throws DivergenceError where the estimate is not a finite number
 */
export function judge(
  doubles: Float64Array,
  plan: TrainingPlan,
  history: History,
  { result }: EstimatePlan,
): string | null {
  const word = (index: number) => doubles[result / 8 + index]
  const iterations = history.loss.length
  if (!Number.isFinite(word(RESULT.value)) || !Number.isFinite(word(RESULT.variance))) {
    throw new DivergenceError('the estimate from fresh paths is not finite', iterations, null, null)
  }
  const deviation = Math.sqrt(word(RESULT.variance) / (word(RESULT.count) - 1))
  const plain = doubles[plan.state / 8 + STATE.yScale]
  const first = iterations === 0 ? 0 : Math.sqrt(history.loss[0])
  if (deviation > Math.max(plain, first)) {
    const [with_, without] = [deviation, Math.max(plain, first)].map((value) => value.toPrecision(2))
    return `the networks made the estimate worse: its deviation over paths is ${with_}, that of g alone ${without}`
  }
  return null
}
