/** ∂bᵢ/∂xᵢ of vectors: what exact simulation and Milstein's scheme need, and the trace of a Hessian. */
import { add, concat, element, fill, mul, one, slice, zero } from './build.ts'
import { type Apply, type Expression, reachable } from './expression.ts'
import { functions } from './functions.ts'
import { gradient } from './gradient.ts'
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

/**
 * ∂bᵢ/∂xᵢ of a vector b of x's shape whose components may mix through scalars, such as |x|² x; null where they mix
 * otherwise, in a product with a matrix say.
 */
export function jacobianDiagonal(value: Expression, x: Expression): Expression | null {
  return new MixedTangents(value, x).of(value, 0)
}

class Tangents {
  protected readonly x: Expression
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

  protected make(node: Expression, offset: number): Expression | null {
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
        return this.ofEntries(node.args, offset)
      case 'apply':
        return this.ofApply(node, offset)
      default:
        return null
    }
  }

  private ofEntries(entries: readonly Expression[], offset: number): Expression | null {
    const tangents: Expression[] = []
    let start = offset
    for (const entry of entries) {
      const tangent = this.of(entry, start)
      if (tangent === null) return null
      tangents.push(tangent)
      start += sizeOf(entry.shape)
    }
    return concat(tangents)
  }

  /** The chain rule, where no scalar that goes with every element depends on x. */
  private ofApply(node: Apply, offset: number): Expression | null {
    const partials = functions[node.fn].derivative(node.args, node)
    let total: Expression = fill(zero, node.shape)
    for (const [k, arg] of node.args.entries()) {
      if (!this.depends(arg)) continue
      const inner =
        arg.shape.length === node.shape.length ? this.of(arg, offset) : this.ofScalar(arg, node, offset)
      if (inner === null) return null
      const partial = partials[k]
      if (partial !== null) total = add(total, mul(inner, partial))
    }
    return total
  }

  /** Of a scalar that goes with every element of `node`: all components have a part in it. */
  protected ofScalar(_scalar: Expression, _node: Expression, _offset: number): Expression | null {
    return null
  }
}

/** As `Tangents`, with whatever part other components have left out. */
class MixedTangents extends Tangents {
  protected override make(node: Expression, offset: number): Expression | null {
    if (node.shape.length === 0) return element(gradient(node, this.x), offset)
    if (node === this.x) return fill(offset === 0 ? one : zero, node.shape)
    if (node.kind === 'fill') return this.ofScalar(node.args[0], node, offset)
    if (node.kind === 'slice' && node.args[0] === this.x && node.step === 1)
      return fill(node.start === offset ? one : zero, node.shape)
    return super.make(node, offset)
  }

  protected override ofScalar(scalar: Expression, { shape }: Expression, offset: number): Expression {
    return slice(gradient(scalar, this.x), offset, 1, sizeOf(shape))
  }
}
