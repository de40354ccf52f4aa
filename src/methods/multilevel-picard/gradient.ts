import type { CompiledProblem } from '../../problem/compiled.ts'
import { gradientFromScaled } from '../../problem/scaling.ts'
import type { MethodResult } from '../../solution/solution.ts'
import { studentWidth } from '../../statistics/quantiles.ts'
import { unmetSlope } from '../../statistics/unmet.ts'

/** ∇u(0,x₀) and its standard error, by Student's law, from every repetition's Z. */
export function gradientOf(
  problem: CompiledProblem,
  z: Float64Array[],
  samples: number,
): Pick<MethodResult, 'gradient' | 'gradientStandardError'> {
  const count = z.length
  if (count === 0) return { gradient: Array.from(problem.x0, () => null) }
  const each = z.map((own) => gradientFromScaled(problem, problem.x0, own))
  const column = (i: number) => each.map((gradient) => gradient[i])
  const gradient = Array.from(problem.x0, (_, i) => {
    const values = column(i)
    return values.includes(null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / count
  })
  const gradientStandardError = gradient.map((mean, i) => {
    if (mean === null) return null
    const squares = column(i).reduce<number>((sum, value) => sum + ((value ?? 0) - mean) ** 2, 0)
    const own = studentWidth(count) * Math.sqrt(squares / (count - 1) / count)
    return Math.hypot(own, unmetSlope(problem.spans.far, samples, i))
  })
  return { gradient, gradientStandardError }
}
