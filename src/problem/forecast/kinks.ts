/** The nodes at which a formula of x has a kink, a jump or a steep step, and the formula as it is on one side of them. */
import { add, apply, array, constant, element, flatten, mul, select, sub } from '../../formulas/build.ts'
import type { Apply, Expression } from '../../formulas/expression.ts'
import { type Shape, sizeOf } from '../../formulas/shape.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { steepStep } from '../smoothing/steep-steps.ts'

/** Of a node that is a vector, as many of its elements stand for all. */
const MOST_ELEMENTS = 4

export interface Kink {
  node: Apply
  /** Changes its sign there, of the node's shape. */
  border: Expression
  /** One element of it. */
  scalar: Expression
  /** How many there are, and how many of them are looked at. */
  elements: { all: number; asked: number }
}

/** Those of a node, one for each of its first elements. */
export function kinksAt(node: Expression, expressions: ProblemExpressions): Kink[] {
  const border = node.kind === 'apply' ? borderOf(node, expressions) : null
  if (border === null) return []
  const size = sizeOf(border.shape)
  const elements = Array.from({ length: Math.min(size, MOST_ELEMENTS) }, (_, i) => i)
  return elements.map((i) => ({
    node: node as Apply,
    border,
    scalar: border.shape.length === 0 ? border : element(flatten(border), i),
    elements: { all: size, asked: elements.length },
  }))
}

function borderOf(node: Apply, expressions: ProblemExpressions): Expression | null {
  switch (node.fn) {
    case 'max':
    case 'min':
    case 'less':
    case 'lessEqual':
    case 'greater':
    case 'greaterEqual':
      return sub(node.args[0], node.args[1])
    case 'and':
      return shortfall(node)
    case 'abs':
    case 'relu':
    case 'sign':
      return node.args[0]
    default:
      return steepStep(node, expressions) === null ? null : node.args[0]
  }
}

/** Of all conditions that are to hold at once, those that do not: how far they are from it. */
function shortfall(condition: Expression): Expression | null {
  if (condition.kind !== 'apply' || condition.shape.length > 0) return null
  const [a, b] = condition.args
  switch (condition.fn) {
    case 'and': {
      const [one, other] = [shortfall(a), shortfall(b)]
      return one && other && add(one, other)
    }
    case 'greater':
    case 'greaterEqual':
      return apply('min', sub(a, b), constant(0))
    case 'less':
    case 'lessEqual':
      return apply('min', sub(b, a), constant(0))
    default:
      return null
  }
}

/** The node as it is where `border` and it have these values, element by element. */
export function heldOn(node: Apply, border: Float64Array, values: Float64Array): Expression {
  const [a, b] = node.args
  const isUp = numbers(
    border.map((value) => Number(value > 0)),
    node.shape,
  )
  switch (node.fn) {
    case 'max':
      return select(apply('greater', isUp, constant(0)), a, b)
    case 'min':
      return select(apply('greater', isUp, constant(0)), b, a)
    case 'abs':
      return mul(numbers(border.map(Math.sign), node.shape), a)
    case 'relu':
      return mul(isUp, a)
    default:
      return numbers(values, node.shape)
  }
}

function numbers(values: Float64Array, shape: Shape): Expression {
  return shape.length === 0 ? constant(values[0]) : array(values, shape)
}
