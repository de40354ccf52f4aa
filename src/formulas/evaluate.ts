/** A plain interpreter of expressions, independent of the code generator, for constants, starting points and tests. */

import { UserError } from '../errors/errors.ts'
import { type Apply, type Expression, reachable } from './expression.ts'
import { functions } from './functions.ts'
import { multiply } from './linear.ts'
import { type Shape, sizeOf } from './shape.ts'
import { reduceNumbers } from './simplify.ts'

const MOST_NUMBERS = 2 ** 22
const MOST_PRODUCTS = 2 ** 29

/** A value as it is computed: scalars as one element, matrices row-major. */
export type Bindings = Readonly<Record<string, number | ArrayLike<number>>>

/**
 * The value of an expression in float64, its elements row by row.
 *
 * @param bindings a value for every free variable, of the variable's size
 * @throws Error where a variable has no value or one of another size
 */
export function evaluate(value: Expression, bindings: Bindings = {}): Float64Array {
  const nodes = reachable([value])
  const values = new Map<Expression, Float64Array>()
  const lastUse = new Map(nodes.flatMap((node) => node.args.map((arg) => [arg, node])))
  for (const node of nodes) {
    values.set(
      node,
      evaluateNode(node, (arg) => values.get(arg)!, bindings),
    )
    for (const arg of node.args) if (lastUse.get(arg) === node) values.delete(arg)
  }
  return values.get(value)!
}

/** The value of a scalar expression. */
export function evaluateScalar(value: Expression, bindings: Bindings = {}): number {
  if (value.shape.length !== 0) throw new Error('evaluateScalar: the expression is not a scalar')
  return evaluate(value, bindings)[0]
}

function evaluateNode(
  node: Expression,
  argument: (arg: Expression) => Float64Array,
  bindings: Bindings,
): Float64Array {
  const size = sizeOf(node.shape)
  refuseLarge(node, size)
  const args = node.args.map(argument)
  const [a, b] = args
  const from = (make: (k: number) => number) => {
    const values = new Float64Array(size)
    for (let k = 0; k < size; k++) values[k] = make(k)
    return values
  }
  switch (node.kind) {
    case 'constant':
      return Float64Array.of(node.value)
    case 'array':
      return node.values
    case 'iota':
      return from((k) => k + 1)
    case 'variable':
      return lookUp(node.name, size, bindings)
    case 'apply':
      return from(applied(node, args))
    case 'reduce':
      return Float64Array.of(reduceNumbers(node.operation, a))
    case 'fill':
      return from(() => a[0])
    case 'element':
      return a.slice(node.position, node.position + 1)
    case 'slice':
      return from((k) => a[node.start + k * node.step])
    case 'spread': {
      const result = new Float64Array(size)
      a.forEach((value, k) => {
        result[node.start + k * node.step] = value
      })
      return result
    }
    case 'concat': {
      const result = new Float64Array(size)
      let start = 0
      for (const arg of args) {
        result.set(arg, start)
        start += arg.length
      }
      return result
    }
    case 'reshape':
      return a
    case 'transpose':
      return transposed(a, node.args[0].shape)
    case 'matvec':
      return matrixVector(a, b, node.args[0].shape, node.transposed)
    case 'matmul':
      return multiply(a, b, node.shape[0]!, node.args[1].shape[0]!, node.shape[1]!)
    case 'outer':
      return from((k) => a[Math.floor(k / b.length)] * b[k % b.length])
    case 'diag':
      return from((k) => (k % (a.length + 1) === 0 ? a[k / (a.length + 1)] : 0))
    case 'diagonal':
      return from((k) => a[k * (size + 1)])
  }
}

/** What is interpreted is small: a starting point, constants. @throws UserError before the memory is taken */
function refuseLarge(node: Expression, size: number): void {
  const inner = node.kind === 'matmul' ? node.args[0].shape[1]! : 1
  if (size <= MOST_NUMBERS && size * inner <= MOST_PRODUCTS) return
  throw new UserError(
    `a constant part of the formulas is a matrix of ${size} numbers; the limit is ${MOST_NUMBERS}. Use vectors.`,
  )
}

function lookUp(name: string, size: number, bindings: Bindings): Float64Array {
  if (!Object.hasOwn(bindings, name)) throw new Error(`evaluate: no value for "${name}"`)
  const bound = bindings[name]
  const values = typeof bound === 'number' ? Float64Array.of(bound) : Float64Array.from(bound)
  if (values.length !== size)
    throw new Error(`evaluate: "${name}" needs ${size} numbers, got ${values.length}`)
  return values
}

/** The function at an element, its scalars at any. */
function applied(node: Apply, args: readonly Float64Array[]): (k: number) => number {
  const { value } = functions[node.fn]
  const readers = args.map((arg, n) =>
    node.args[n].shape.length === 0 ? () => arg[0] : (k: number) => arg[k],
  )
  const [a, b] = readers
  if (readers.length === 1) return (k) => value(a(k))
  if (readers.length === 2) return (k) => value(a(k), b(k))
  return (k) => value(...readers.map((read) => read(k)))
}

function transposed(values: Float64Array, shape: Shape): Float64Array {
  const [rows, columns] = shape as readonly [number, number]
  return values.map((_, k) => values[(k % rows) * columns + Math.floor(k / rows)])
}

function matrixVector(m: Float64Array, v: Float64Array, shape: Shape, isTransposed: boolean): Float64Array {
  const [rows, columns] = shape as readonly [number, number]
  return isTransposed ? multiply(v, m, 1, rows, columns) : multiply(m, v, rows, columns, 1)
}
