/** Derivatives of vectors whose components do not mix: what exact simulation and Milstein's scheme need. */
import { add, concat, fill, mul, one, zero } from './build.ts'
import { type Apply, type Expression, reachable } from './expression.ts'
import { functions } from './functions.ts'
import { sizeOf } from './shape.ts'

/**
 * ∂bᵢ/∂xᵢ as an expression of b's shape, where component i of b depends on no other component of x; null where some
 * component does. A scalar b that does not depend on x has derivative zero.
 */
export function componentDerivative(value: Expression, x: Expression): Expression | null {
  const tangents = new Tangents(value, x)
  if (!tangents.depends(value)) return fill(zero, value.shape)
  return value.shape.length === 1 && sizeOf(value.shape) === sizeOf(x.shape) ? tangents.of(value, 0) : null
}

class Tangents {
  private readonly x: Expression
  private readonly dependent = new Set<Expression>()
  private readonly known = new Map<Expression, Map<number, Expression | null>>()

  constructor(value: Expression, x: Expression) {
    this.x = x
    for (const node of reachable([value])) {
      if (node === x || node.args.some((arg) => this.dependent.has(arg))) this.dependent.add(node)
    }
  }

  depends(node: Expression): boolean {
    return this.dependent.has(node)
  }

  /** Derivative of element j by component offset + j of x, or null where another component has a part in it. */
  of(node: Expression, offset: number): Expression | null {
    if (!this.depends(node)) return fill(zero, node.shape)
    let places = this.known.get(node)
    if (places === undefined) {
      places = new Map()
      this.known.set(node, places)
    }
    let tangent = places.get(offset)
    if (tangent === undefined) {
      tangent = this.make(node, offset)
      places.set(offset, tangent)
    }
    return tangent
  }

  private make(node: Expression, offset: number): Expression | null {
    const isOfX = node.args[0] === this.x
    switch (node.kind) {
      case 'variable':
        return offset === 0 ? fill(one, node.shape) : null
      case 'element':
        return isOfX && node.position === offset ? one : null
      case 'slice':
        return isOfX && node.step === 1 && node.start === offset ? fill(one, node.shape) : null
      case 'fill': {
        const inner = sizeOf(node.shape) === 1 ? this.of(node.args[0], offset) : null
        return inner === null ? null : fill(inner, node.shape)
      }
      case 'concat':
        return this.ofPieces(node.args, offset)
      case 'apply':
        return this.ofApply(node, offset)
      default:
        return null
    }
  }

  private ofPieces(pieces: readonly Expression[], offset: number): Expression | null {
    const tangents: Expression[] = []
    let start = offset
    for (const piece of pieces) {
      const tangent = this.of(piece, start)
      if (tangent === null) return null
      tangents.push(tangent)
      start += sizeOf(piece.shape)
    }
    return concat(tangents)
  }

  /** The chain rule, where no scalar that goes with every element depends on x. */
  private ofApply(node: Apply, offset: number): Expression | null {
    const partials = functions[node.fn].derivative(node.args, node)
    let total: Expression = fill(zero, node.shape)
    for (const [k, arg] of node.args.entries()) {
      if (!this.depends(arg)) continue
      if (arg.shape.length !== node.shape.length) return null
      const inner = this.of(arg, offset)
      if (inner === null) return null
      const partial = partials[k]
      if (partial !== null) total = add(total, mul(inner, partial))
    }
    return total
  }
}
