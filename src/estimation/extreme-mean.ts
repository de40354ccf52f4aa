/**
 * E g(X_T) of a g that is a function of the greatest component alone, or of the least, where components are independent with exact laws:
 * ∫ g dF with F = Π Fᵢ, by the midpoint rule over thousands of cells, whose error at a kink goes with their square.
 */
import { pointwise } from '../formulas/bind.ts'
import { helpers } from '../formulas/special.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { lawOf } from '../problem/laws/laws.ts'

const CELLS = 2 ** 13
/** Deviations beyond which nothing is left. */
const REACH = 9
/** A cell, in units of the least deviation. */
const WIDEST = 0.02
/** Components of different laws for which this is still cheap. */
const MOST_LAWS = 256

/** Normal laws, of the components or of their logarithms, and how many components have each. */
interface Normal {
  mean: number
  deviation: number
  count: number
}

/**
 * @param drift of the noise, [noiseDim]
 * @returns null where it is no such g, or components are not independent
 */
export function extremeMean(problem: CompiledProblem, x0: Float64Array, drift: Float64Array): number | null {
  const { extreme, terminalJumps, horizon, dynamics } = problem
  const laws = extreme === null || terminalJumps ? null : lawsOf(problem, x0, drift)
  if (extreme === null || laws === null || laws.length > MOST_LAWS) return null
  const isLogarithm = lawOf(dynamics).components?.logarithm != null
  const ends = (sign: 1 | -1) => laws.map(({ mean, deviation }) => mean + sign * REACH * deviation)
  const [low, high] = [Math.min(...ends(-1)), Math.max(...ends(1))]
  const g = pointwise(extreme.profile)
  // Of the least component the chance to be above is a product.
  const side = extreme.operation === 'max' ? 1 : -1
  const chance = (level: number) =>
    laws.reduce(
      (product, { mean, deviation, count }) =>
        product * helpers.normcdf((side * (level - mean)) / deviation) ** count,
      1,
    )
  const width = (high - low) / CELLS
  if (laws.some(({ deviation }) => width > WIDEST * deviation)) return null
  let [sum, before] = [0, chance(low)]
  for (let k = 0; k < CELLS; k++) {
    const after = chance(low + (k + 1) * width)
    const middle = low + (k + 0.5) * width
    const weight = side * (after - before)
    if (weight > 0) sum += weight * g(horizon, { m: isLogarithm ? Math.exp(middle) : middle }).g[0]
    before = after
  }
  return Number.isFinite(sum) ? sum : null
}

function lawsOf(
  { dynamics, mixing, hasDiagonalNoise, horizon }: CompiledProblem,
  x0: Float64Array,
  noiseDrift: Float64Array,
): Normal[] | null {
  const law = lawOf(dynamics).components
  const isLogarithm = law?.logarithm != null
  if (!law?.translation || mixing !== null || !hasDiagonalNoise) return null
  if (isLogarithm && !x0.every((value) => value > 0)) return null
  const laws = new Map<string, Normal>()
  for (const [i, start] of x0.entries()) {
    const [, shift, sigma] = law.coefficients(i, horizon)
    const mean = (isLogarithm ? Math.log(start) : start) + shift + sigma * noiseDrift[i] * horizon
    const deviation = Math.abs(sigma) * Math.sqrt(horizon)
    if (!(deviation > 0)) return null
    const key = `${mean} ${deviation}`
    laws.set(key, { mean, deviation, count: (laws.get(key)?.count ?? 0) + 1 })
  }
  return [...laws.values()]
}
