/** How differently the driver's rate f_y discounts paths: shot forward, Y of a path that is discounted much more than others runs away. */
import { isSmooth } from '../../formulas/curvature.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import { names } from '../../formulas/expression.ts'
import { gradient } from '../../formulas/gradient.ts'
import type { ProblemExpressions } from '../expressions.ts'

/** In deviations of X_T, as if σ stayed what it is at x₀. */
const PLACES = [-2, -1, 0, 1, 2]

/** Between the least and the greatest T f_y(0, x) along the state's deviation from x₀; 0 where f_y is of t alone, of y or z, or has steps or kinks, whose error on a grid is not told. */
export function rateSpread({ driver, variables, noise, x0, horizon }: ProblemExpressions): number {
  const rate = gradient(driver, variables.y)
  const of = names(rate)
  if (!of.includes('x') || of.includes('y') || of.includes('z') || !isSmooth(rate, [variables.x])) return 0
  const [entries] = [evaluate(noise.diagonal ?? noise.dense!, { t: 0, x: x0 })]
  const width = entries.length / x0.length
  const deviations = x0.map((_, i) => Math.hypot(...entries.subarray(i * width, (i + 1) * width)))
  const rates = PLACES.map((place) => {
    const x = x0.map((value, i) => value + place * Math.sqrt(horizon) * deviations[i])
    return horizon * evaluate(rate, { t: 0, x })[0]
  })
  const spread = Math.max(...rates) - Math.min(...rates)
  return Number.isFinite(spread) ? spread : 0
}
