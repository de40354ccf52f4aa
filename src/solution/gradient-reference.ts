/** The gradient found beside that of the page's exact solution. */
import { pointwise } from '../formulas/bind.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { largestOf, lengthOf } from '../statistics/sizes.ts'
import type { GradientReference } from './derivatives.ts'
import type { MethodResult } from './solution.ts'

/** null where the page has no exact solution, or none with a gradient at `x`. */
export function compareGradient(
  { functions }: Pick<CompiledProblem, 'functions'>,
  x: Float64Array,
  { gradient, gradientStandardError }: Pick<MethodResult, 'gradient' | 'gradientStandardError'>,
): GradientReference | null {
  if (!functions.exactGradient) return null
  const { gradU: exact } = pointwise(functions.exactGradient)(0, { x })
  if (!exact.every(Number.isFinite)) return null
  const known = gradient.flatMap((value, i) => (value === null ? [] : [{ i, off: value - exact[i] }]))
  if (known.length === 0) return null
  const size = lengthOf(known.map(({ i }) => exact[i]))
  const errors =
    gradientStandardError && known.map(({ i, off }) => offInErrors(off, gradientStandardError[i]))
  return {
    gradient: [...exact],
    relativeError: size === 0 ? null : lengthOf(known.map(({ off }) => off)) / size,
    standardErrors: errors ? largestOf(errors) : null,
  }
}

function offInErrors(off: number, standardError: number | null): number {
  return off === 0 ? 0 : Math.abs(off) / (standardError ?? 0)
}
