/**
 * The constructors of expressions: each checks shapes, folds constants and simplifies, so that a formula and its
 * derivatives stay small. What is not a rule of `simplify.ts` is structure: how scalars, constant fills, entries and
 * slices pass through elementwise operations.
 */
import { spend } from './budget.ts'
import { type Apply, type Concat, type Expression, makeNode, type ReduceOperation } from './expression.ts'
import { type FunctionName, functions } from './functions.ts'
import { broadcastShape, describeShape, type Shape, ShapeError, sameShape, sizeOf } from './shape.ts'
import { simplifyApply, simplifyReduce } from './simplify.ts'

/** Constant arrays up to this size are computed with when a formula is read; longer ones when its code is loaded. */
const foldLimit = 4096
/** Operations pass into the entries of a vector up to this many; beyond, the vector is stored first. */
const pieceLimit = 32
/** Elements and slices are taken through at most this many operations. */
const depthLimit = 100
/** element and slice of a node, so that shared parts of a graph are passed through once. */
const partsOf = new WeakMap<Expression, Map<string, Expression>>()

export function constant(value: number): Expression {
  return makeNode({ kind: 'constant', value: value === 0 ? 0 : value, shape: [], args: [] })
}

export const zero = constant(0)
export const one = constant(1)

/**
 * A constant vector or matrix.
 *
 * @param values row-major; kept, not copied
 */
export function array(values: Float64Array, shape: Shape): Expression {
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError(`${values.length} values do not make a ${describeShape(shape)}`)
  }
  if (shape.length === 0) return constant(values[0])
  if (values.length > 0 && values.every((value) => value === values[0]))
    return fill(constant(values[0]), shape)
  return makeNode({ kind: 'array', values, shape, args: [] })
}

/** (1, 2, …, length) */
export function iota(length: number): Expression {
  return length === 1 ? fill(one, [1]) : makeNode({ kind: 'iota', shape: [length], args: [] })
}

export function variable(name: string, shape: Shape = []): Expression {
  return makeNode({ kind: 'variable', name, shape, args: [] })
}

/** The scalar at every element of a shape. */
export function fill(scalar: Expression, shape: Shape): Expression {
  return shape.length === 0 ? scalar : makeNode({ kind: 'fill', shape, args: [scalar] })
}

/** Scalars grow to the shape, values of that shape stay as they are. */
export function broadcast(value: Expression, shape: Shape): Expression {
  if (sameShape(value.shape, shape)) return value
  if (value.shape.length === 0) return fill(value, shape)
  throw new ShapeError(`expected a ${describeShape(shape)}, got a ${describeShape(value.shape)}`)
}

/**
 * A scalar function at every element; scalars go with every element.
 *
 * @throws ShapeError where the arguments' shapes differ
 */
export function apply(fn: FunctionName, ...args: Expression[]): Expression {
  const shape = broadcastShape(args.map((arg) => arg.shape))
  const scalars = args.map((arg) => (arg.kind === 'fill' ? arg.args[0] : arg))
  if (shape.length > 0) {
    if (scalars.every((arg) => arg.shape.length === 0)) return fill(apply(fn, ...scalars), shape)
    const structured = applyToStructure(fn, scalars, shape)
    if (structured !== null) return structured
  }
  return fold(fn, scalars, shape) ?? simplifyApply(fn, scalars) ?? node(fn, scalars, shape)
}

function node(fn: FunctionName, args: readonly Expression[], shape: Shape): Expression {
  return makeNode({ kind: 'apply', fn, args, shape })
}

function fold(fn: FunctionName, args: readonly Expression[], shape: Shape): Expression | null {
  const { value } = functions[fn]
  if (shape.length === 0) {
    const numbers: number[] = []
    for (const arg of args) {
      if (arg.kind !== 'constant') return null
      numbers.push(arg.value)
    }
    return constant(value(...numbers))
  }
  if (sizeOf(shape) > foldLimit) return null
  if (!args.every((arg) => arg.kind === 'constant' || arg.kind === 'array')) return null
  spend(sizeOf(shape) / 16)
  const at = (arg: Expression, k: number) =>
    arg.kind === 'array' ? arg.values[k] : (arg as { value: number }).value
  return array(
    Float64Array.from({ length: sizeOf(shape) }, (_, k) => value(...args.map((arg) => at(arg, k)))),
    shape,
  )
}

/** Passes an operation into reshaped arguments and into the entries of a vector. */
function applyToStructure(fn: FunctionName, args: readonly Expression[], shape: Shape): Expression | null {
  if (shape.length === 2 && args.some((arg) => arg.kind === 'reshape')) {
    return reshape(apply(fn, ...args.map((arg) => (arg.shape.length === 0 ? arg : flatten(arg)))), shape)
  }
  if (!args.some((arg) => arg.kind === 'concat')) return null
  const ends = new Set<number>()
  for (const arg of args) if (arg.kind === 'concat') for (const entry of entriesOf(arg)) ends.add(entry.end)
  if (ends.size > pieceLimit) return null
  let start = 0
  const entries: Expression[] = []
  for (const end of [...ends].sort((a, b) => a - b)) {
    const part = (arg: Expression) => (arg.shape.length === 0 ? arg : subvector(arg, start, end))
    entries.push(apply(fn, ...args.map(part)))
    start = end
  }
  return concat(entries)
}

/** Elements start … end − 1; a scalar where it is one. */
function subvector(value: Expression, start: number, end: number): Expression {
  return end - start === 1 ? element(value, start) : slice(value, start, 1, end - start)
}

/** The entries of a concatenation with their places. */
export function entriesOf(value: Concat): { entry: Expression; start: number; end: number }[] {
  let end = 0
  spend(value.args.length / 32)
  return value.args.map((entry) => {
    const start = end
    end += sizeOf(entry.shape)
    return { entry, start, end }
  })
}

/** A vector of entries: scalars, one element each, and vectors. */
export function concat(parts: readonly Expression[]): Expression {
  const entries: Expression[] = []
  for (const part of parts.flatMap((p) => (p.kind === 'concat' ? p.args : [p]))) {
    const last = entries.at(-1)
    const value = uniformValue(part)
    if (value !== null && last !== undefined && uniformValue(last) === value) {
      entries[entries.length - 1] = fill(value, [sizeOf(last.shape) + sizeOf(part.shape)])
    } else {
      entries.push(sizeOf(part.shape) === 1 ? element(part, 0) : part)
    }
  }
  if (entries.length === 1) return entries[0].shape.length === 0 ? fill(entries[0], [1]) : entries[0]
  const length = entries.reduce((sum, entry) => sum + sizeOf(entry.shape), 0)
  const constants = entries.map(constantValues)
  if (length <= foldLimit && constants.every((values) => values !== null)) {
    return array(Float64Array.from(constants.flatMap((values) => [...values])), [length])
  }
  return makeNode({ kind: 'concat', shape: [length], args: entries })
}

function uniformValue(value: Expression): Expression | null {
  if (value.kind === 'fill') return value.args[0]
  return value.shape.length === 0 ? value : null
}

/** The numbers of a constant expression, or null. */
export function constantValues(value: Expression): Float64Array | null {
  if (value.kind === 'constant') return Float64Array.of(value.value)
  if (value.kind === 'array') return value.values
  if (value.kind !== 'fill' || value.args[0].kind !== 'constant') return null
  spend(sizeOf(value.shape) / 256)
  return new Float64Array(sizeOf(value.shape)).fill(value.args[0].value)
}

function remembered(value: Expression, key: string, make: () => Expression): Expression {
  let parts = partsOf.get(value)
  if (parts === undefined) {
    parts = new Map()
    partsOf.set(value, parts)
  }
  let part = parts.get(key)
  if (part === undefined) {
    part = make()
    parts.set(key, part)
  }
  return part
}

/** Element at flat position `position`, counted from 0. */
export function element(value: Expression, position: number): Expression {
  if (value.shape.length === 0) return value
  return remembered(value, `${position}`, () => makeElement(value, position))
}

function makeElement(value: Expression, position: number): Expression {
  switch (value.kind) {
    case 'array':
      return constant(value.values[position])
    case 'iota':
      return constant(position + 1)
    case 'fill':
      return value.args[0]
    case 'slice':
      return element(value.args[0], value.start + value.step * position)
    case 'reshape':
      return element(value.args[0], position)
    case 'spread': {
      const from = (position - value.start) / value.step
      const isInside = Number.isInteger(from) && from >= 0 && from < sizeOf(value.args[0].shape)
      return isInside ? element(value.args[0], from) : zero
    }
    case 'concat': {
      const place = entriesOf(value).find(({ end }) => position < end)!
      return element(place.entry, position - place.start)
    }
    case 'outer': {
      const columns = sizeOf(value.args[1].shape)
      return mul(
        element(value.args[0], Math.floor(position / columns)),
        element(value.args[1], position % columns),
      )
    }
    case 'apply':
      if (value.depth <= depthLimit)
        return apply(value.fn, ...value.args.map((arg) => element(arg, position)))
  }
  return makeNode({ kind: 'element', position, shape: [], args: [value] })
}

/** The vector of elements start, start + step, … (counted from 0), `length` of them. */
export function slice(value: Expression, start: number, step: number, length: number): Expression {
  if (step === 1 && start === 0 && length === value.shape[0] && value.shape.length === 1) return value
  if (length === 1) return fill(element(value, start), [1])
  return remembered(value, `${start}:${step}:${length}`, () => makeSlice(value, start, step, length))
}

function makeSlice(value: Expression, start: number, step: number, length: number): Expression {
  switch (value.kind) {
    case 'array':
      return array(
        Float64Array.from({ length }, (_, j) => value.values[start + step * j]),
        [length],
      )
    case 'iota':
      return add(constant(start + 1 - step), mul(constant(step), iota(length)))
    case 'fill':
      return fill(value.args[0], [length])
    case 'slice':
      return slice(value.args[0], value.start + value.step * start, value.step * step, length)
    case 'reshape':
      return slice(value.args[0], start, step, length)
    case 'concat':
      return sliceOfPieces(value, start, step, length)
    case 'apply':
      if (value.depth <= depthLimit) {
        const part = (arg: Expression) => (arg.shape.length === 0 ? arg : slice(arg, start, step, length))
        return broadcast(apply(value.fn, ...value.args.map(part)), [length])
      }
  }
  return makeNode({ kind: 'slice', start, step, shape: [length], args: [value] })
}

function sliceOfPieces(value: Concat, start: number, step: number, length: number): Expression {
  const parts: Expression[] = []
  for (const { entry, start: from, end } of entriesOf(value)) {
    const first = Math.max(0, Math.ceil((from - start) / step))
    const count = Math.min(length, Math.ceil((end - start) / step)) - first
    if (count <= 0) continue
    parts.push(entry.shape.length === 0 ? entry : slice(entry, start + step * first - from, step, count))
  }
  return concat(parts)
}

/** A vector of zeros of the given length, but for `value`'s elements at start + j·step. */
export function spread(value: Expression, start: number, step: number, length: number): Expression {
  if (step === 1 || sizeOf(value.shape) === 1) {
    const rest = length - start - sizeOf(value.shape)
    return concat([
      ...(start > 0 ? [fill(zero, [start])] : []),
      value,
      ...(rest > 0 ? [fill(zero, [rest])] : []),
    ])
  }
  if (value.kind === 'fill' && value.args[0] === zero) return fill(zero, [length])
  return makeNode({ kind: 'spread', start, step, shape: [length], args: [value] })
}

/** The same elements, row by row, under another shape. */
export function reshape(value: Expression, shape: Shape): Expression {
  if (sameShape(value.shape, shape)) return value
  if (value.shape.length === 0) return fill(value, shape)
  if (value.kind === 'reshape') return reshape(value.args[0], shape)
  if (value.kind === 'fill') return fill(value.args[0], shape)
  if (value.kind === 'array') return array(value.values, shape)
  return makeNode({ kind: 'reshape', shape, args: [value] })
}

export function flatten(value: Expression): Expression {
  return reshape(value, [sizeOf(value.shape)])
}

/**
 * All elements of a vector or matrix to one scalar.
 *
 * @throws ShapeError for a scalar
 */
export function reduce(operation: ReduceOperation, value: Expression): Expression {
  if (value.shape.length === 0) throw new ShapeError(`${operation} needs a vector, got a scalar`)
  const flat = value.kind === 'reshape' ? value.args[0] : value
  return simplifyReduce(operation, flat) ?? makeNode({ kind: 'reduce', operation, shape: [], args: [flat] })
}

export function add(a: Expression, b: Expression): Expression {
  return apply('add', a, b)
}
export function sub(a: Expression, b: Expression): Expression {
  return apply('sub', a, b)
}
export function mul(a: Expression, b: Expression): Expression {
  return apply('mul', a, b)
}
export function div(a: Expression, b: Expression): Expression {
  return apply('div', a, b)
}
export function select(condition: Expression, a: Expression, b: Expression): Expression {
  return apply('select', condition, a, b)
}
export function sum(value: Expression): Expression {
  return reduce('sum', value)
}
/** Σ aⱼ bⱼ of two vectors of one length. */
export function dot(a: Expression, b: Expression): Expression {
  if (a.shape.length !== 1 || !sameShape(a.shape, b.shape)) {
    throw new ShapeError(
      `dot needs two vectors of one length, got ${describeShape(a.shape)} and ${describeShape(b.shape)}`,
    )
  }
  return sum(mul(a, b))
}
/** √Σ aⱼ²; its derivative at 0 is 0. */
export function norm(value: Expression): Expression {
  return apply('normRoot', sum(apply('square', value)))
}

export function isApply<F extends FunctionName>(
  value: Expression,
  fn: F,
): value is Apply & { readonly fn: F } {
  return value.kind === 'apply' && value.fn === fn
}
