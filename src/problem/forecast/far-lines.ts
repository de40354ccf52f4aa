/** Along what far parts are looked for: the functions of x that formulas are made of, as far as they are linear, and the exponents of what is an exponential of others. */
import { add, constant, element, flatten, sum } from '../../formulas/build.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import { gradient } from '../../formulas/gradient.ts'
import { containing } from '../../formulas/interval.ts'
import { sizeOf } from '../../formulas/shape.ts'
import type { ProblemExpressions } from '../expressions.ts'

const MOST_LINES = 64
const MOST_EXPONENTS = 16
/** Of one that is a vector. */
const MOST_ELEMENTS = 2

/** A scalar, and how many such it stands for: elements of a vector one by one, and all of them together. */
export interface Line {
  scalar: Expression
  places: number
}

/** The largest parts of g and the driver that are linear in x, and the exponents of the largest exponentials, whose factors may each be small along any line. */
export function linesOf({ terminal, driver, variables: { x, y, z } }: ProblemExpressions): Line[] {
  const found = new Set<Expression>()
  const exponents = new Set<Expression>()
  for (const formula of [terminal, driver]) {
    const ofX = containing(formula, [x])
    const ofOther = containing(formula, [y, z])
    const isLinear = (node: Expression) =>
      ofX.has(node) && !ofOther.has(node) && !names(gradient(scalarOf(node), x)).includes('x')
    const known = new Map<Expression, boolean>()
    const linear = (node: Expression) => {
      const asked = known.get(node) ?? isLinear(node)
      known.set(node, asked)
      return asked
    }
    for (const node of ofX) if (!linear(node)) for (const arg of node.args) if (linear(arg)) found.add(arg)
    for (const node of ofX) {
      const exponent = node.shape.length === 0 && !ofOther.has(node) ? exponentOf(node) : null
      if (exponent !== null && !linear(exponent)) exponents.add(exponent)
    }
  }
  const lines = [...found].slice(0, MOST_LINES).flatMap(elementsOf)
  return [...lines, ...[...exponents].slice(0, MOST_EXPONENTS).map((scalar) => ({ scalar, places: 1 }))]
}

/** Of an exponential, or of a product of them and of constants; else null. */
function exponentOf(node: Expression): Expression | null {
  if (node.kind === 'constant') return constant(0)
  if (node.kind !== 'apply') return null
  if (node.fn === 'exp') return node.args[0]
  if (node.fn !== 'mul') return null
  const [one, other] = node.args.map(exponentOf)
  return one && other && add(one, other)
}

function scalarOf(node: Expression): Expression {
  return node.shape.length === 0 ? node : sum(node)
}

function elementsOf(node: Expression): Line[] {
  if (node.shape.length === 0) return [{ scalar: node, places: 1 }]
  const size = sizeOf(node.shape)
  const count = Math.min(size, MOST_ELEMENTS)
  const single = Array.from({ length: count }, (_, i) => ({
    scalar: element(flatten(node), i),
    places: size / count,
  }))
  return size === 1 ? single : [...single, { scalar: sum(node), places: 1 }]
}
