/** The Hessian found beside that of the page's exact solution, whose own is taken by central differences of its gradient. */
import { pointwise } from '../formulas/bind.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Hessian, HessianReference } from './details/hessian.ts'

/** The difference's step, as a share of 1 + |x|: its error and that of rounding are then below 10⁻⁸ of a smooth u. */
const STEP = 1e-4

/** null where the page has no exact solution, or none with derivatives at `x`. */
export function compareHessian(
  { functions, dim }: Pick<CompiledProblem, 'functions' | 'dim'>,
  x: Float64Array,
  { hessianDiagonal, hessianDiagonalStandardError, hessianAlong = [] }: Hessian,
): HessianReference | null {
  if (!functions.exactGradient) return null
  const gradientOf = pointwise(functions.exactGradient)
  const size = STEP * (1 + Math.max(...x.map(Math.abs)))
  const gradientAt = (v: Float64Array, h: number) =>
    gradientOf(0, { x: x.map((value, i) => value + h * v[i]) }).gradU
  const bentAlong = (v: Float64Array) => {
    const h = size / Math.hypot(...v)
    const [up, down] = [gradientAt(v, h), gradientAt(v, -h)]
    return v.reduce((sum, value, i) => sum + (value * (up[i] - down[i])) / (2 * h), 0)
  }
  const axis = (i: number) => Float64Array.from({ length: dim }, (_, j) => (j === i ? 1 : 0))
  const diagonal = hessianDiagonal?.map((_, i) => bentAlong(axis(i)))
  const along = hessianAlong.map(({ direction }) => bentAlong(Float64Array.from(direction)))
  const pairs = [
    ...(hessianDiagonal ?? []).map((value, i) => ({
      value,
      error: hessianDiagonalStandardError?.[i] ?? null,
      exact: diagonal![i],
    })),
    ...hessianAlong.map(({ value, standardError }, k) => ({ value, error: standardError, exact: along[k] })),
  ].flatMap(({ value, error, exact }) => (value === null || error === null ? [] : [{ value, error, exact }]))
  if (pairs.length === 0 || !pairs.every(({ exact }) => Number.isFinite(exact))) return null
  const length = Math.hypot(...pairs.map(({ exact }) => exact))
  return {
    ...(diagonal && { hessianDiagonal: diagonal }),
    ...(along.length > 0 && { hessianAlong: along }),
    relativeError:
      length === 0 ? null : Math.hypot(...pairs.map(({ value, exact }) => value - exact)) / length,
    standardErrors: Math.max(
      ...pairs.map(({ value, exact, error }) => (value === exact ? 0 : Math.abs(value - exact) / error)),
    ),
  }
}
