/** Forward-mode differentiation from expression to expression: the derivative of a vector along one direction. */
import { add, broadcast, concat, element, fill, mul, reshape, slice, spread, sum, zero } from './build.ts'
import { type Expression, reachable } from './expression.ts'
import { functions } from './functions.ts'
import { gradient } from './gradient.ts'
import { diag, diagonal, matmul, matvec, outer, transpose } from './linear.ts'
import { sizeOf } from './shape.ts'

/**
 * ∂value/∂x · direction, of value's shape; cost a small multiple of the value's. Kinks as in `gradient`.
 *
 * @param x the node to differentiate by, usually a variable
 * @param direction of x's shape
 */
export function tangent(value: Expression, x: Expression, direction: Expression): Expression {
  const tangents = new Map<Expression, Expression>([[x, broadcast(direction, x.shape)]])
  for (const node of reachable([value])) {
    if (node === x || !node.args.some((arg) => tangents.has(arg))) continue
    const of = (arg: Expression) => tangents.get(arg) ?? fill(zero, arg.shape)
    tangents.set(node, broadcast(push(node, of, tangents), node.shape))
  }
  return tangents.get(value) ?? fill(zero, value.shape)
}

function push(
  node: Expression,
  of: (arg: Expression) => Expression,
  known: ReadonlyMap<Expression, Expression>,
): Expression {
  const [a, b] = node.args
  switch (node.kind) {
    case 'apply': {
      const partials = functions[node.fn].derivative(node.args, node)
      let total: Expression = fill(zero, node.shape)
      for (const [k, arg] of node.args.entries()) {
        const partial = partials[k]
        if (partial !== null && known.has(arg)) total = add(total, mul(of(arg), partial))
      }
      return total
    }
    case 'reduce':
      return sum(mul(gradient(node, a), of(a)))
    case 'fill':
      return fill(of(a), node.shape)
    case 'element':
      return element(of(a), node.position)
    case 'slice':
      return slice(of(a), node.start, node.step, sizeOf(node.shape))
    case 'spread':
      return spread(of(a), node.start, node.step, sizeOf(node.shape))
    case 'concat':
      return concat(node.args.map(of))
    case 'reshape':
      return reshape(of(a), node.shape)
    case 'matvec':
      return add(matvec(of(a), b, node.transposed), matvec(a, of(b), node.transposed))
    case 'matmul':
      return add(matmul(of(a), b), matmul(a, of(b)))
    case 'transpose':
      return transpose(of(a))
    case 'outer':
      return add(outer(of(a), b), outer(a, of(b)))
    case 'diag':
      return diag(of(a))
    case 'diagonal':
      return diagonal(of(a))
    default:
      throw new Error(`${node.kind} has no arguments to differentiate by`)
  }
}
