/** Matrices: products, transposes and the structured forms (diagonal, rank one) that keep products cheap. */

import { spend } from './budget.ts'
import {
  add,
  array,
  concat,
  constantValues,
  dot,
  element,
  fill,
  flatten,
  mul,
  reshape,
  sum,
  zero,
} from './build.ts'
import { type Expression, makeNode } from './expression.ts'
import { describeShape, type Shape, ShapeError, sizeOf } from './shape.ts'

/** A literal matrix up to this many entries multiplies entry by entry, so that its zeros cost nothing. */
const expandLimit = 64

function matrixShape(value: Expression, what: string): readonly [number, number] {
  if (value.shape.length !== 2)
    throw new ShapeError(
      `${what} needs a matrix, got a ${describeShape(value.shape)} (dot(a, b) multiplies two vectors)`,
    )
  return value.shape
}

/**
 * M v, or Mᵀ v where `transposed`.
 *
 * @throws ShapeError where the vector's length is not M's number of columns (rows)
 */
export function matvec(matrix: Expression, vector: Expression, transposed = false): Expression {
  const [rows, columns] = matrixShape(matrix, 'a matrix product')
  const [from, to] = transposed ? [rows, columns] : [columns, rows]
  if (vector.shape.length !== 1 || vector.shape[0] !== from) {
    throw new ShapeError(
      `${transposed ? 'transpose of ' : ''}${describeShape(matrix.shape)} times ${describeShape(vector.shape)} is not defined`,
    )
  }
  switch (matrix.kind) {
    case 'fill':
      return fill(mul(matrix.args[0], sum(vector)), [to])
    case 'transpose':
      return matvec(matrix.args[0], vector, !transposed)
    case 'diag':
      return mul(matrix.args[0], vector)
    case 'outer': {
      const [u, v] = transposed ? [matrix.args[1], matrix.args[0]] : matrix.args
      return mul(dot(v, vector), u)
    }
    case 'matmul': {
      const [left, right] = matrix.args
      return transposed
        ? matvec(right, matvec(left, vector, true), true)
        : matvec(left, matvec(right, vector))
    }
    case 'apply': {
      // a scalar factor leaves the matrix
      const [a, b] = matrix.args
      if (matrix.fn === 'mul' && a.shape.length === 0) return mul(a, matvec(b, vector, transposed))
    }
  }
  if (vector.kind === 'fill' && vector.args[0] === zero) return fill(zero, [to])
  if (isLiteral(matrix)) return expand(matrix, rows, columns, vector, transposed)
  return makeNode({ kind: 'matvec', transposed, shape: [to], args: [matrix, vector] })
}

function isLiteral(matrix: Expression): boolean {
  return matrix.kind === 'reshape' && matrix.args[0].kind === 'concat' && sizeOf(matrix.shape) <= expandLimit
}

function expand(
  matrix: Expression,
  rows: number,
  columns: number,
  vector: Expression,
  transposed: boolean,
): Expression {
  const [to, from] = transposed ? [columns, rows] : [rows, columns]
  const results: Expression[] = []
  for (let i = 0; i < to; i++) {
    let total = zero
    for (let j = 0; j < from; j++) {
      const entry = element(matrix, transposed ? j * columns + i : i * columns + j)
      total = add(total, mul(entry, element(vector, j)))
    }
    results.push(total)
  }
  return concat(results)
}

export function transpose(matrix: Expression): Expression {
  const [rows, columns] = matrixShape(matrix, 'transpose')
  const shape: Shape = [columns, rows]
  if (matrix.kind === 'transpose') return matrix.args[0]
  if (matrix.kind === 'diag') return matrix
  if (matrix.kind === 'fill') return fill(matrix.args[0], shape)
  if (matrix.kind === 'outer') return outer(matrix.args[1], matrix.args[0])
  if (matrix.kind === 'array') {
    const values = matrix.values
    return array(
      Float64Array.from(values, (_, k) => values[(k % rows) * columns + Math.floor(k / rows)]),
      shape,
    )
  }
  if (isLiteral(matrix)) {
    const entries = Array.from({ length: rows * columns }, (_, k) =>
      element(matrix, (k % rows) * columns + Math.floor(k / rows)),
    )
    return reshape(concat(entries), shape)
  }
  return makeNode({ kind: 'transpose', shape, args: [matrix] })
}

/** @throws ShapeError where the inner sizes differ */
export function matmul(left: Expression, right: Expression): Expression {
  const [rows, inner] = matrixShape(left, 'a matrix product')
  const [innerRight, columns] = matrixShape(right, 'a matrix product')
  if (inner !== innerRight) {
    throw new ShapeError(`${describeShape(left.shape)} times ${describeShape(right.shape)} is not defined`)
  }
  const shape: Shape = [rows, columns]
  if (left.kind === 'diag' && right.kind === 'diag') return diag(mul(left.args[0], right.args[0]))
  const a = constantValues(left)
  const b = constantValues(right)
  if (a !== null && b !== null) {
    spend((rows * inner * columns) / 512)
    return array(multiply(a, b, rows, inner, columns), shape)
  }
  return makeNode({ kind: 'matmul', shape, args: [left, right] })
}

/** The product of row-major matrices, [rows][inner] by [inner][columns]. */
export function multiply(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const product = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k]
      if (factor === 0) continue
      for (let j = 0; j < columns; j++) product[i * columns + j] += factor * b[k * columns + j]
    }
  }
  return product
}

/** u vᵀ */
export function outer(u: Expression, v: Expression): Expression {
  const shape: Shape = [sizeOf(u.shape), sizeOf(v.shape)]
  if (u.kind === 'fill' && v.kind === 'fill') return fill(mul(u.args[0], v.args[0]), shape)
  return makeNode({ kind: 'outer', shape, args: [flatten(u), flatten(v)] })
}

/** The square matrix with a vector on its diagonal. */
export function diag(vector: Expression): Expression {
  if (vector.shape.length !== 1) {
    throw new ShapeError(`diag needs a vector, got a ${describeShape(vector.shape)}`)
  }
  const [n] = vector.shape
  return n === 1 ? reshape(vector, [1, 1]) : makeNode({ kind: 'diag', shape: [n, n], args: [vector] })
}

/** The diagonal of a square matrix. */
export function diagonal(matrix: Expression): Expression {
  const [n, columns] = matrixShape(matrix, 'diagonal')
  if (n !== columns)
    throw new ShapeError(`diagonal needs a square matrix, got a ${describeShape(matrix.shape)}`)
  if (matrix.kind === 'diag') return matrix.args[0]
  if (matrix.kind === 'fill') return fill(matrix.args[0], [n])
  if (matrix.kind === 'outer') return mul(matrix.args[0], matrix.args[1])
  if (matrix.kind === 'array') {
    const { values } = matrix
    return array(
      Float64Array.from({ length: n }, (_, k) => values[k * (n + 1)]),
      [n],
    )
  }
  return makeNode({ kind: 'diagonal', shape: [n], args: [matrix] })
}
