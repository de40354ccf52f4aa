/** The rule as a gain schedule: at each step the middle of the states that it was trained on, the control there, and its slope. */
import { floatsOf } from '../../memory/rows.ts'
import type { Policy } from './policy.ts'

/** Of a state's deviation: how far apart the two controls are that a slope is taken from. */
const REACH = 0.02

/** Lines t, x1 …, a1 …, da1/dx1, da1/dx2 …: near that state a + slope·(x − state) is the rule. */
export function* gainLines(policy: Policy): Generator<string> {
  const { problem, options, scale, shift } = policy.trained
  const { dim, controlDim, horizon } = problem
  const { steps, isShared } = options
  const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i + 1}`)
  const slopes = numbered('a', controlDim).flatMap((a) => numbered('x', dim).map((x) => `d${a}/d${x}`))
  yield ['t', ...numbered('x', dim), ...numbered('a', controlDim), ...slopes].join(',')
  for (let n = 0; n < steps; n++) {
    const t = (n * horizon) / steps
    const row = floatsOf(isShared ? 0 : n, dim)
    const x = Array.from({ length: dim }, (_, i) => -shift[row + i] / scale[row + i])
    const columns = x.map((entry, i) => {
      const reach = REACH / scale[row + i]
      const at = (sign: number) => policy.control(t, x.with(i, entry + sign * reach))
      const [up, down] = [at(1), at(-1)]
      return up.map((value, k) => (value - down[k]) / (2 * reach))
    })
    const gains = Array.from({ length: controlDim }, (_, k) => columns.map((column) => column[k])).flat()
    yield [t, ...x, ...policy.control(t, x), ...gains].map((value) => Number(value.toPrecision(8))).join(',')
  }
}
