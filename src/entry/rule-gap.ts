/** A rule beside the value of the Bellman equation. */
import type { Solution } from '../solution/solution.ts'

/** No rule is better than the value: one that seems so shows that one of the two is wrong. */
export function judgedGap(
  gap: number,
  sign: 1 | -1,
  { value, standardError }: Pick<Solution, 'value' | 'standardError'>,
) {
  const other = `${value.toPrecision(5)} ± ${standardError.toPrecision(2)}`
  const size = Math.abs(gap).toPrecision(2)
  if (gap < 0) {
    const reason = `the rule is better by ${size} than the value of the Bellman equation, ${other}, which no rule is`
    return { status: 'unconverged', reason, contradiction: 'second opinion' } as const
  }
  const reason = `a rule was found that ${sign > 0 ? 'costs' : 'gains'} ${size} ${sign > 0 ? 'more' : 'less'} than the Bellman equation says the best does, ${other}`
  return { status: 'one-sided', reason } as const
}
