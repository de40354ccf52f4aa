/** The driver's own equation y′ = −f at a state that stays: what it alone makes of g on the way back from T, and how fast. */
import { pointwise } from '../../formulas/bind.ts'
import { names } from '../../formulas/expression.ts'
import { gradient } from '../../formulas/gradient.ts'
import type { CompiledProblem } from '../compiled.ts'
import type { ProblemExpressions } from '../expressions.ts'

/** Of γΔt, for a step of it. */
const STABLE = 0.5
const FEWEST_STEPS = 8
const MOST_STEPS = 512

/** |f_y| at times `leads` before T, ascending, with z that of g; the last again of those that its steps do not come to. */
export type OwnRates = (x: Float64Array, leads: readonly number[]) => number[]

type Compiled = Pick<CompiledProblem, 'functions' | 'range'>

/** Null where a step has no part of f_y: factors exp(∫f_y dt) hold one without y. */
export function ownRates(
  { driver, horizon, variables: { y: value } }: ProblemExpressions,
  { functions, range }: Compiled,
): OwnRates | null {
  if (!names(gradient(driver, value)).includes('y')) return null
  const terminal = pointwise(functions.terminalGradient)
  const driverGradient = pointwise(functions.driverGradient)
  const [least, greatest] = range ?? [-Infinity, Infinity]
  return (x, leads) => {
    const { g, z } = terminal(horizon, { x })
    let [y, lead, rate] = [g[0], 0, 0]
    const rates: number[] = []
    for (let steps = 0; rates.length < leads.length; steps++) {
      y = Math.min(greatest, Math.max(least, y))
      const { f, dy } = driverGradient(horizon - lead, { x, y, z })
      rate = Math.abs(dy[0])
      while (rates.length < leads.length && lead >= leads[rates.length]) rates.push(rate)
      const dt = Math.min(leads[rates.length] - lead, horizon / FEWEST_STEPS, STABLE / rate)
      if (!(dt > 0) || steps === MOST_STEPS) break
      y += dt * f[0]
      lead += dt
    }
    return leads.map((_, k) => rates[k] ?? rate)
  }
}
