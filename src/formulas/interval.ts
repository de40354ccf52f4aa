/** Ranges of values by interval arithmetic over the graph of a formula: never too narrow, often wider than the truth. */
import { type Apply, type Expression, reachable } from './expression.ts'
import { type FunctionName, functions } from './functions.ts'
import { sizeOf } from './shape.ts'

export interface Interval {
  low: number
  high: number
}

export const LINE: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }

/** Scalar functions that rise on their whole domain. */
const RISING: ReadonlySet<FunctionName> = new Set<FunctionName>([
  'exp',
  'expm1',
  'log',
  'log1p',
  'sqrt',
  'normRoot',
  'cbrt',
  'cube',
  'sinh',
  'tanh',
  'asin',
  'atan',
  'erf',
  'normcdf',
  'sigmoid',
  'softplus',
  'relu',
  'sign',
  'floor',
])

/** The range of an expression whose variables run over `known`, or over the whole line; of all elements of a vector. */
export function rangeOf(value: Expression, known: ReadonlyMap<Expression, Interval>): Interval {
  return ranges(value, known).get(value)!
}

/** The ranges of all nodes. */
export function ranges(
  value: Expression,
  known: ReadonlyMap<Expression, Interval>,
): Map<Expression, Interval> {
  const result = new Map<Expression, Interval>()
  for (const node of reachable([value])) {
    result.set(
      node,
      nodeRange(node, known, (arg) => result.get(arg)!),
    )
  }
  return result
}

/** The nodes of a graph that depend on one of these, themselves included. */
export function containing(value: Expression, variables: readonly Expression[]): Set<Expression> {
  const found = new Set<Expression>()
  for (const node of reachable([value])) {
    if (variables.includes(node) || node.args.some((arg) => found.has(arg))) found.add(node)
  }
  return found
}

export function join(a: Interval, b: Interval): Interval {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) }
}

function nodeRange(
  node: Expression,
  known: ReadonlyMap<Expression, Interval>,
  of: (arg: Expression) => Interval,
): Interval {
  switch (node.kind) {
    case 'constant':
      return point(node.value)
    case 'array':
      return node.values.reduce((range, value) => join(range, point(value)), point(node.values[0]))
    case 'iota':
      return { low: 1, high: node.shape[0]! }
    case 'variable':
      return known.get(node) ?? LINE
    case 'apply':
      return applyRange(node, of)
    case 'reduce': {
      const inner = of(node.args[0])
      const count = sizeOf(node.args[0].shape)
      if (node.operation === 'sum') return { low: count * inner.low, high: count * inner.high }
      return node.operation === 'max' || node.operation === 'min' ? inner : LINE
    }
    case 'fill':
    case 'element':
    case 'slice':
    case 'reshape':
    case 'transpose':
    case 'diagonal':
      return of(node.args[0])
    case 'spread':
    case 'diag':
      return join(of(node.args[0]), point(0))
    case 'concat':
      return node.args.map(of).reduce(join)
    default:
      return LINE
  }
}

function applyRange(node: Apply, of: (arg: Expression) => Interval): Interval {
  const [a, b, c] = node.args.map(of)
  const { fn } = node
  const { value } = functions[fn]
  if (RISING.has(fn)) return ordered(value(a.low), value(a.high))
  switch (fn) {
    case 'add':
      return { low: a.low + b.low, high: a.high + b.high }
    case 'sub':
      return { low: a.low - b.high, high: a.high - b.low }
    case 'mul':
      return hull([a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high])
    case 'div':
      if (b.low <= 0 && b.high >= 0) return LINE
      return hull([a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high])
    case 'square':
    case 'abs':
    case 'cosh':
      return a.low <= 0 && a.high >= 0
        ? { low: value(0), high: Math.max(value(a.low), value(a.high)) }
        : hull([value(a.low), value(a.high)])
    case 'max':
    case 'min':
      return { low: value(a.low, b.low), high: value(a.high, b.high) }
    case 'select':
      return join(b, c)
    case 'pow':
      if (b.low !== b.high || a.low < 0) return LINE
      return hull([value(a.low, b.low), value(a.high, b.low)])
    case 'sin':
      if (a.low >= -Math.PI / 2 && a.high <= Math.PI / 2) return ordered(value(a.low), value(a.high))
      return a.low >= 0 && a.high <= Math.PI
        ? { low: Math.min(value(a.low), value(a.high)), high: 1 }
        : { low: -1, high: 1 }
    case 'cos':
      return a.low >= 0 && a.high <= Math.PI ? ordered(value(a.high), value(a.low)) : { low: -1, high: 1 }
    default:
      return LINE
  }
}

function point(value: number): Interval {
  return { low: value, high: value }
}

function ordered(low: number, high: number): Interval {
  return hull([low, high])
}

/** 0·∞ leaves nothing known. */
function hull(values: number[]): Interval {
  if (values.some(Number.isNaN)) return LINE
  return { low: Math.min(...values), high: Math.max(...values) }
}
