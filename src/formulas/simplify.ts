/** Rules that make an operation smaller. Each returns null where it has nothing to say. */
import {
  add,
  apply,
  constant,
  div,
  element,
  entriesOf,
  fill,
  isApply,
  mul,
  one,
  reduce,
  select,
  sub,
  zero,
} from './build.ts'
import type { Expression, ReduceOperation } from './expression.ts'
import { type FunctionName, functions } from './functions.ts'
import { broadcastShape, sizeOf } from './shape.ts'

/**
 * A smaller form of fn(args), or null. The arguments are not all constant, and none is a fill.
 *
 * As usual for symbolic work, 0·x is 0 and x − x is 0, also where x would not be finite.
 */
export function simplifyApply(fn: FunctionName, args: readonly Expression[]): Expression | null {
  const [a, b, c] = args
  switch (fn) {
    case 'add':
      return simplifyAdd(a, b)
    case 'sub':
      return simplifySub(a, b)
    case 'mul':
      return simplifyMul(a, b)
    case 'div':
      return simplifyDiv(a, b)
    case 'pow':
      return simplifyPow(a, b)
    case 'square':
      return simplifySquare(a)
    case 'select':
      return simplifySelect(a, b, c)
    case 'and':
    case 'or':
      return simplifyLogic(fn, a, b)
    case 'max':
    case 'min':
      return a === b ? a : null
    case 'log':
      return isApply(a, 'exp') ? a.args[0] : null
    case 'not':
      return isApply(a, 'not') && isTruth(a.args[0]) ? a.args[0] : null
    default:
      return null
  }
}

function isTruth(value: Expression): boolean {
  return value.kind === 'apply' && functions[value.fn].returnsBoolean === true
}

function isConstant(value: Expression): value is Expression & { kind: 'constant' } {
  return value.kind === 'constant'
}

/** value = factor · base */
function splitFactor(value: Expression): [factor: number, base: Expression] {
  if (isApply(value, 'mul') && isConstant(value.args[0])) return [value.args[0].value, value.args[1]]
  return [1, value]
}

function likeShape(value: Expression, a: Expression, b: Expression): Expression {
  const shape = broadcastShape([a.shape, b.shape])
  return value.shape.length === 0 ? fill(value, shape) : value
}

/** Constants first, then scalars, then as they came. */
function isOrdered(a: Expression, b: Expression): boolean {
  if (isConstant(a) !== isConstant(b)) return isConstant(a)
  return a.shape.length <= b.shape.length
}

function simplifyAdd(a: Expression, b: Expression): Expression | null {
  if (!isOrdered(a, b)) return add(b, a)
  if (a === zero) return b
  if (
    isApply(b, 'add') &&
    b.args[0].shape.length === 0 &&
    (isConstant(a) ? isConstant(b.args[0]) : b.shape.length > 0)
  ) {
    if (a.shape.length === 0) return add(add(a, b.args[0]), b.args[1])
  }
  const [p, base] = splitFactor(a)
  const [q, other] = splitFactor(b)
  if (base === other) return likeShape(mul(constant(p + q), base), a, b)
  if (q === -1) return sub(a, other)
  if (p === -1) return sub(b, base)
  return null
}

function simplifySub(a: Expression, b: Expression): Expression | null {
  if (b === zero) return a
  if (a === b) return likeShape(zero, a, b)
  if (a === zero) return mul(constant(-1), b)
  if (isConstant(b)) return add(constant(-b.value), a)
  const [p, base] = splitFactor(a)
  const [q, other] = splitFactor(b)
  if (base === other) return likeShape(mul(constant(p - q), base), a, b)
  if (q === -1) return add(a, other)
  return null
}

function simplifyMul(a: Expression, b: Expression): Expression | null {
  if (!isOrdered(a, b)) return mul(b, a)
  if (a === zero) return likeShape(zero, a, b)
  if (a === one) return b
  if (a === b) return isTruth(a) ? null : apply('square', a)
  if (isConstant(a) && isApply(b, 'div') && isConstant(b.args[0])) return div(mul(a, b.args[0]), b.args[1])
  for (const [x, y] of [
    [a, b],
    [b, a],
  ]) {
    if (isApply(x, 'select') && (x.args[1] === zero || x.args[2] === zero)) {
      return select(x.args[0], mul(x.args[1], y), mul(x.args[2], y))
    }
    if (isTruth(x)) return select(x, y, zero)
  }
  return gatherFactors(a, b)
}

/** Scalar factors before vectors, constants before scalars: (c·s)·v. */
function gatherFactors(a: Expression, b: Expression): Expression | null {
  if (isApply(b, 'mul') && b.args[0].shape.length === 0) {
    const [s, v] = b.args
    if (a.shape.length < v.shape.length || (isConstant(a) && isConstant(s))) return mul(mul(a, s), v)
    if (a.shape.length > 0 || (isConstant(s) && !isConstant(a))) return mul(s, mul(a, v))
  }
  if (isApply(a, 'mul') && a.args[0].shape.length === 0) {
    const [s, v] = a.args
    if (v.shape.length > 0 || (isConstant(s) && b.shape.length === 0)) return mul(s, mul(v, b))
  }
  return null
}

function simplifyDiv(a: Expression, b: Expression): Expression | null {
  if (a === zero) return likeShape(zero, a, b)
  if (b === one) return a
  if (b.shape.length === 0 && (a.shape.length > 0 || isPowerOfTwo(b))) return mul(div(one, b), a)
  const [p, base] = splitFactor(a)
  if (isConstant(b) && p !== 1) return mul(constant(p / b.value), base)
  if (isApply(a, 'select') && (a.args[1] === zero || a.args[2] === zero)) {
    return select(a.args[0], div(a.args[1], b), div(a.args[2], b))
  }
  return null
}

function isPowerOfTwo(value: Expression): boolean {
  return (
    isConstant(value) &&
    Number.isFinite(1 / value.value) &&
    Number.isInteger(Math.log2(Math.abs(value.value)))
  )
}

function simplifyPow(a: Expression, b: Expression): Expression | null {
  if (isConstant(a) && a.value === Math.E) return apply('exp', b)
  if (!isConstant(b)) return null
  switch (b.value) {
    case 0:
      return likeShape(one, a, b)
    case 1:
      return a
    case 2:
      return apply('square', a)
    case 3:
      return apply('cube', a)
    case 4:
      return apply('square', apply('square', a))
    case 0.5:
      return apply('sqrt', a)
    case -0.5:
      return div(one, apply('sqrt', a))
    case -1:
      return div(one, a)
    case -2:
      return div(one, apply('square', a))
    default:
      return null
  }
}

function simplifySquare(a: Expression): Expression | null {
  const [factor, base] = splitFactor(a)
  if (factor !== 1) return mul(constant(factor * factor), apply('square', base))
  if (isApply(a, 'abs')) return apply('square', a.args[0])
  if (isApply(a, 'mul') && a.args[0].shape.length === 0 && a.shape.length > 0) {
    return mul(apply('square', a.args[0]), apply('square', a.args[1]))
  }
  return null
}

function simplifySelect(condition: Expression, a: Expression, b: Expression): Expression | null {
  if (isConstant(condition)) {
    const chosen = condition.value !== 0 ? a : b
    return likeShape(chosen, a, b)
  }
  if (a === b && condition.shape.length <= a.shape.length) return a
  if (isApply(condition, 'not')) return select(condition.args[0], b, a)
  return null
}

function simplifyLogic(fn: 'and' | 'or', a: Expression, b: Expression): Expression | null {
  if (isConstant(b)) return simplifyLogic(fn, b, a)
  if (!isConstant(a)) return null
  const decides = (a.value !== 0) === (fn === 'or')
  if (decides) return likeShape(constant(fn === 'or' ? 1 : 0), a, b)
  return isTruth(b) ? b : null
}

/** A smaller form of a reduction, or null. */
export function simplifyReduce(operation: ReduceOperation, value: Expression): Expression | null {
  const size = sizeOf(value.shape)
  const isPlace = operation === 'argmax' || operation === 'argmin'
  if (size === 1) return isPlace ? one : element(value, 0)
  if (value.kind === 'fill') return reduceFill(operation, value.args[0], size)
  if (value.kind === 'array') return constant(reduceNumbers(operation, value.values))
  if (isPlace) return null
  if (value.kind === 'concat' && value.args.length <= 64) {
    const merge = ({ sum: 'add', prod: 'mul', max: 'max', min: 'min' } as const)[operation]
    return entriesOf(value)
      .map(({ entry }) => (entry.shape.length === 0 ? entry : reduce(operation, entry)))
      .reduce((left, right) => apply(merge, left, right))
  }
  return operation === 'sum' ? simplifySum(value, size) : null
}

function reduceFill(operation: ReduceOperation, scalar: Expression, size: number): Expression {
  if (operation === 'sum') return mul(constant(size), scalar)
  if (operation === 'prod') return apply('pow', scalar, constant(size))
  return operation === 'max' || operation === 'min' ? scalar : one
}

/** Scalar factors and summands leave the sum. */
function simplifySum(value: Expression, size: number): Expression | null {
  if (value.kind !== 'apply') return null
  const [a, b, c] = value.args
  const total = (x: Expression) => (x.shape.length === 0 ? mul(constant(size), x) : reduce('sum', x))
  const isMixed = a.shape.length === 0 || (b !== undefined && b.shape.length === 0)
  if (value.fn === 'mul' && a.shape.length === 0) return mul(a, reduce('sum', b))
  if (value.fn === 'add' && isMixed) return add(total(a), total(b))
  if (value.fn === 'sub' && isMixed) return sub(total(a), total(b))
  if (value.fn === 'select' && a.shape.length === 0) return select(a, total(b), total(c))
  return null
}

/** The reduction of numbers, in ascending order. */
export function reduceNumbers(operation: ReduceOperation, values: Float64Array): number {
  switch (operation) {
    case 'sum':
      return values.reduce((total, value) => total + value, 0)
    case 'prod':
      return values.reduce((total, value) => total * value, 1)
    case 'max':
      return values.reduce((best, value) => Math.max(best, value))
    case 'min':
      return values.reduce((best, value) => Math.min(best, value))
    case 'argmax':
      return placeOf(values, (value, best) => value <= best)
    case 'argmin':
      return placeOf(values, (value, best) => value >= best)
  }
}

/** From 1; of equals the first, and the first NaN before all numbers. */
function placeOf(values: Float64Array, isNoBetter: (value: number, best: number) => boolean): number {
  return values.reduce((place, value, k) => {
    const best = values[place - 1]
    return isNoBetter(value, best) || Number.isNaN(best) ? place : k + 1
  }, 1)
}
