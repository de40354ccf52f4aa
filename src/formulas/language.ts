/**
 * The words of the language of formulas.
 *
 *     numbers, names of the page, pi, e      + - * / ^ and .* ./ .^, comparisons, and or not mod, c ? a : b, if(c, a, b)
 *     [a, b, c]   [[a, b], [c, d]]           a vector; a matrix by rows
 *     x[1]   x[2:end]   x[1:2:end]   M[1, 2]   M[1, :]      indices count from 1
 *     sum prod mean max min norm of one vector, dot of two, transpose(M) or M', diag(v), concat(v, 1, w)
 *
 * A function of scalars works on every element of vectors and matrices, scalars going with every element; so do
 * + − * / ^ between vectors: x * x is a vector, dot(x, x) its square. Matrix times vector and matrix times matrix are
 * the products of linear algebra, .* the elementwise one. max and min of several values compare element by element.
 * Truth counts as 1 and 0. Between a number and a name * may be left out: 2x.
 */
import { constant, dot, mul, norm, reduce, select, sum } from './build.ts'
import type { Expression } from './expression.ts'
import { type FunctionName, functions } from './functions.ts'
import { diag, transpose } from './linear.ts'
import { ShapeError, sizeOf } from './shape.ts'

export const operators: Readonly<Record<string, FunctionName>> = {
  add: 'add',
  subtract: 'sub',
  dotMultiply: 'mul',
  dotDivide: 'div',
  dotPow: 'pow',
  smaller: 'less',
  smallerEq: 'lessEqual',
  larger: 'greater',
  largerEq: 'greaterEqual',
  equal: 'equal',
  unequal: 'notEqual',
  and: 'and',
  or: 'or',
  mod: 'mod',
}

export const operatorList = "+ - * / ^ .* ./ .^ ' < <= > >= == != and or not mod ?:"

/** Functions of vectors and matrices; the scalar ones are those of the table that are written as calls. */
export const structural: Readonly<
  Record<string, { arity: number; make: (...args: Expression[]) => Expression }>
> = {
  if: { arity: 3, make: select },
  sum: { arity: 1, make: sum },
  prod: { arity: 1, make: (v) => reduce('prod', v) },
  mean: { arity: 1, make: (v) => mul(constant(1 / sizeOf(v.shape)), sum(vectorOf('mean', v))) },
  norm: { arity: 1, make: (v) => norm(vectorOf('norm', v)) },
  dot: { arity: 2, make: dot },
  transpose: { arity: 1, make: transpose },
  diag: { arity: 1, make: diag },
}

export const mathematicalConstants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E }

/** Names of all functions that a formula may call. */
export const functionNames: readonly string[] = [
  'concat',
  ...Object.keys(structural),
  ...Object.entries(functions).flatMap(([name, { notation }]) => (notation === 'call' ? [name] : [])),
].sort()

function vectorOf(name: string, v: Expression): Expression {
  if (v.shape.length === 0) throw new ShapeError(`${name} needs a vector, got a scalar`)
  return v
}
