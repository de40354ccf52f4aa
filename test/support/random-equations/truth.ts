/** What is known of a random equation, by the project's own formulas and their derivatives. */

import { evaluate, evaluateScalar } from '../../../src/formulas/evaluate.ts'
import { gradient } from '../../../src/formulas/gradient.ts'
import { readExpressions } from '../../../src/problem/expressions.ts'
import { type ResidualReport, residualReport } from '../../../src/problem/residual.ts'
import { parseEquation } from '../pages.ts'
import type { RandomEquation } from './equation.ts'

export interface Truth {
  /** u(0, x0) */
  value: number
  /** ∇u(0, x0), [dim] */
  gradient: number[]
  /** How well u solves the page's equation, at random points of paths. */
  residual: ResidualReport
}

export async function truthOf({ page, exact }: RandomEquation): Promise<Truth> {
  const known = await parseEquation(`${page}exact: ${JSON.stringify(exact)}\n`, 'yaml')
  const expressions = await readExpressions(known)
  const { x0, variables } = expressions
  const bindings = { t: 0, x: x0 }
  return {
    value: evaluateScalar(expressions.exact!, bindings),
    gradient: [...evaluate(gradient(expressions.exact!, variables.x), bindings)],
    residual: residualReport(expressions)!,
  }
}
