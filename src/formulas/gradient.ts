/** Reverse-mode differentiation from expression to expression, so that it can be applied again. */
import {
  add,
  apply,
  broadcast,
  concat,
  div,
  element,
  fill,
  flatten,
  iota,
  isApply,
  mul,
  one,
  reduce,
  reshape,
  select,
  slice,
  spread,
  sum,
  zero,
} from './build.ts'
import { type Apply, type Expression, type Reduce, reachable } from './expression.ts'
import { functions } from './functions.ts'
import { diag, diagonal, matmul, matvec, outer, transpose } from './linear.ts'
import { describeShape, ShapeError, sizeOf } from './shape.ts'

/** A part of a node's adjoint: elements start, start + step, … of the flattened node. */
interface Placed {
  value: Expression
  start: number
  step: number
}

interface Adjoint {
  whole: Expression | null
  placed: Placed[]
}

/**
 * ∂value/∂variable, of the variable's shape; cost a small multiple of the value's.
 *
 * Where a function has a kink the derivative is: abs, relu and norm 0 at 0; sign, floor and comparisons 0 everywhere;
 * of several equal maxima or minima the first. The branch that a conditional does not take never contributes,
 * even where it is not finite. Second derivatives of `prod` are exact where no factor is zero.
 *
 * @throws ShapeError where `value` is not a scalar
 */
export function gradient(value: Expression, of: Expression): Expression {
  return gradients(value, [of])[0]
}

/** The gradients with respect to several variables in one sweep. */
export function gradients(value: Expression, variables: readonly Expression[]): Expression[] {
  if (value.shape.length !== 0) {
    throw new ShapeError(`only a scalar has a gradient, got a ${describeShape(value.shape)}`)
  }
  const nodes = dependent(value, variables)
  const adjoints = new Map<Expression, Adjoint>(nodes.map((node) => [node, { whole: null, placed: [] }]))
  const seed = adjoints.get(value)
  if (seed !== undefined) seed.whole = one
  for (const node of nodes.reverse()) {
    const total = totalOf(adjoints.get(node)!, node)
    if (total === null) continue
    adjoints.set(node, { whole: total, placed: [] })
    pullBack(node, total, adjoints)
  }
  return variables.map((node) => broadcast(adjoints.get(node)?.whole ?? zero, node.shape))
}

/** The nodes between value and variables, arguments first. */
function dependent(value: Expression, variables: readonly Expression[]): Expression[] {
  const found = new Set<Expression>()
  return reachable([value]).filter((node) => {
    const depends = variables.includes(node) || node.args.some((arg) => found.has(arg))
    if (depends) found.add(node)
    return depends
  })
}

function totalOf({ whole, placed }: Adjoint, node: Expression): Expression | null {
  if (placed.length === 0) return whole
  const length = sizeOf(node.shape)
  let total = assemble(
    placed.filter(({ step }) => step === 1),
    length,
  )
  for (const { value, start, step } of placed) {
    if (step !== 1) total = add(total, spread(value, start, step, length))
  }
  const shaped = reshape(total, node.shape)
  return whole === null ? shaped : add(whole, shaped)
}

/** One vector from entries at their places, added where they overlap. */
function assemble(placed: readonly Placed[], length: number): Expression {
  if (placed.length === 0) return fill(zero, [length])
  const bounds = new Set([0, length])
  for (const { start, value } of placed) bounds.add(start).add(start + sizeOf(value.shape))
  const edges = [...bounds].sort((a, b) => a - b)
  const totals = edges.slice(1).map((end, k) => broadcast(zero, [end - edges[k]]))
  const indexOf = new Map(edges.map((edge, k) => [edge, k]))
  for (const { start, value } of placed) {
    const end = start + sizeOf(value.shape)
    const vector = flatten(value)
    for (let k = indexOf.get(start)!; edges[k] < end; k++) {
      totals[k] = add(totals[k], slice(vector, edges[k] - start, 1, edges[k + 1] - edges[k]))
    }
  }
  return concat(totals)
}

type Adjoints = Map<Expression, Adjoint>

/** Adds a contribution to a node's adjoint; a scalar that went with every element collects them all. */
function contribute(adjoints: Adjoints, node: Expression, value: Expression): void {
  const adjoint = adjoints.get(node)
  if (adjoint === undefined) return
  const fitting = node.shape.length === 0 && value.shape.length > 0 ? sum(value) : value
  adjoint.whole = adjoint.whole === null ? fitting : add(adjoint.whole, fitting)
}

function pullBack(node: Expression, total: Expression, adjoints: Adjoints): void {
  const [a, b] = node.args
  const give = (arg: Expression, value: () => Expression) => {
    if (adjoints.has(arg)) contribute(adjoints, arg, value())
  }
  switch (node.kind) {
    case 'apply':
      pullBackApply(node, total, adjoints)
      return
    case 'reduce':
      give(a, () => reduceDerivative(node, a, total))
      return
    case 'fill':
      give(a, () => sum(total))
      return
    case 'element':
      place(adjoints, a, total, node.position, 1)
      return
    case 'slice':
      place(adjoints, a, total, node.start, node.step)
      return
    case 'spread':
      give(a, () => spreadDerivative(total, node.start, node.step, a))
      return
    case 'concat': {
      let start = 0
      for (const arg of node.args) {
        const from = start
        const size = sizeOf(arg.shape)
        give(arg, () => (arg.shape.length === 0 ? element(total, from) : slice(total, from, 1, size)))
        start += size
      }
      return
    }
    case 'reshape':
      give(a, () => reshape(total, a.shape))
      return
    case 'matvec':
      give(a, () => (node.transposed ? outer(b, total) : outer(total, b)))
      give(b, () => matvec(a, total, !node.transposed))
      return
    case 'matmul':
      give(a, () => matmul(total, transpose(b)))
      give(b, () => matmul(transpose(a), total))
      return
    case 'transpose':
      give(a, () => transpose(total))
      return
    case 'outer':
      give(a, () => matvec(total, b))
      give(b, () => matvec(total, a, true))
      return
    case 'diag':
      give(a, () => diagonal(total))
      return
    case 'diagonal':
      give(a, () => diag(total))
      return
  }
}

function place(adjoints: Adjoints, node: Expression, value: Expression, start: number, step: number): void {
  adjoints.get(node)?.placed.push({ value, start, step })
}

function spreadDerivative(total: Expression, start: number, step: number, arg: Expression): Expression {
  return slice(total, start, step, sizeOf(arg.shape))
}

function pullBackApply(node: Apply, total: Expression, adjoints: Adjoints): void {
  const partials = functions[node.fn].derivative(node.args, node)
  node.args.forEach((arg, k) => {
    const partial = partials[k]
    if (partial === null || !adjoints.has(arg)) return
    contribute(adjoints, arg, chain(broadcast(total, node.shape), partial))
  })
}

/** total · partial, where a total that a conditional made zero stays zero even if the partial is not finite. */
function chain(total: Expression, partial: Expression): Expression {
  if (!hasBranch(total) || !isPartial(partial)) return mul(total, partial)
  return select(apply('notEqual', total, zero), mul(total, partial), zero)
}

/** Is this a sum with conditional terms, so that it may be zero by choice? A lone conditional passes through `mul`. */
function hasBranch(total: Expression): boolean {
  if (!isApply(total, 'add') && !isApply(total, 'sub')) return false
  return total.args.some((arg) => isApply(arg, 'select') || hasBranch(arg))
}

function isPartial(value: Expression): boolean {
  return reachable([value]).some((node) => node.kind === 'apply' && functions[node.fn].isPartial === true)
}

function reduceDerivative(node: Reduce, arg: Expression, total: Expression): Expression {
  switch (node.operation) {
    case 'sum':
      return fill(total, arg.shape)
    case 'prod':
      return mul(total, productOfOthers(arg, node))
    case 'max':
    case 'min': {
      const best = reduce(node.operation === 'max' ? 'argmax' : 'argmin', arg)
      const places = reshape(iota(sizeOf(arg.shape)), arg.shape)
      return select(apply('equal', places, best), total, zero)
    }
    default:
      return fill(zero, arg.shape)
  }
}

/** Πₖ≠ⱼ vₖ for every j, right also where one or more factors are zero. */
function productOfOthers(v: Expression, product: Expression): Expression {
  const isZero = apply('equal', v, zero)
  const zeros = sum(isZero)
  const rest = reduce('prod', select(isZero, one, v))
  return select(
    isZero,
    select(apply('equal', zeros, one), rest, zero),
    select(apply('equal', zeros, zero), div(product, v), zero),
  )
}
