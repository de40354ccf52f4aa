/**
 * Steps of a terminal condition that are smooth, but far narrower than the noise: Φ(20(x − 2)). Their gradient is a spike, which few paths meet, so that a
 * skip along it tells Z no better than that of a jump would, and under a square of z networks learn from it what makes the estimate worse.
 */
import { isSmooth } from '../../formulas/curvature.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { containing } from '../../formulas/interval.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { hasSquare } from './entropic-layer.ts'
import { momentsToCome } from './noise-to-come.ts'

/** A step as a normal distribution function of its argument: its deviation, and its values on the positive side and on the other. */
export interface Step {
  width: number
  ends: [number, number]
}

/** Those of the language, by their slopes at 0. */
const STEPS: Partial<Record<string, Step>> = {
  normcdf: { width: 1, ends: [1, 0] },
  sigmoid: { width: 4 / Math.sqrt(2 * Math.PI), ends: [1, 0] },
  erf: { width: Math.SQRT1_2, ends: [1, -1] },
  tanh: { width: Math.sqrt(2 / Math.PI), ends: [1, -1] },
}
/** Widths that the noise from 0 to T is at least. */
const STEEP = 2

/** @returns what a node of g is, if it is such a step */
export function steepStep(node: Expression, expressions: ProblemExpressions): Step | null {
  const step = node.kind === 'apply' ? STEPS[node.fn] : undefined
  const [d] = node.args
  if (!step || d.shape.length > 0 || containing(d, [expressions.variables.x]).size === 0) return null
  const { deviation } = momentsToCome(d, expressions)
  return evaluate(deviation, { t: 0, x: expressions.x0 })[0] > STEEP * step.width ? step : null
}

/** Whether a smooth g has steep steps under a square of z. */
export function hasSteepSteps(expressions: ProblemExpressions): boolean {
  const { terminal, variables } = expressions
  return (
    hasSquare(expressions) &&
    isSmooth(terminal, [variables.x]) &&
    reachable([terminal]).some((node) => steepStep(node, expressions) !== null)
  )
}
