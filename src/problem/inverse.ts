/** v with σᵀv = z for a σ of formulas: its inverse where its form shows one, as expressions. */
import {
  add,
  array,
  concat,
  constantValues,
  div,
  element,
  isApply,
  mul,
  sub,
  zero,
} from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import { matmul, matvec, transpose } from '../formulas/linear.ts'
import { invert } from '../statistics/linear-system.ts'

/** Entries are looked at one by one up to this many rows; of a block that is not triangular, cofactors up to that. */
const MOST_ROWS = 12
const MOST_BLOCK = 3

/**
 * v [rows] with σᵀv = z [columns]. Where there are more columns than rows, σσᵀv = σz, which is the same for a z = σᵀv.
 *
 * @param sigma matrix [rows × columns]
 * @returns null where fewer columns than rows, its zeros or a constant say that there is none, or no form that is known here
 */
export function unscaled(sigma: Expression, z: Expression): Expression | null {
  const [rows, columns] = sigma.shape as readonly [number, number]
  if (columns < rows) return null
  return columns === rows
    ? solveTransposed(sigma, z)
    : solveTransposed(matmul(sigma, transpose(sigma)), matvec(sigma, z))
}

/** v with Mᵀv = z, M square. */
function solveTransposed(matrix: Expression, z: Expression): Expression | null {
  const rows = matrix.shape[0] as number
  const values = constantValues(matrix)
  if (values !== null) {
    const inverse = invert(values, rows)
    return inverse && matvec(array(inverse, [rows, rows]), z, true)
  }
  if (matrix.kind === 'diag') return div(z, matrix.args[0])
  if (matrix.kind === 'matmul' && matrix.args[0].shape[1] === rows) {
    const [left, right] = matrix.args
    const behind = solveTransposed(right, z)
    return behind && solveTransposed(left, behind)
  }
  if (isApply(matrix, 'mul') && matrix.args[0].shape.length === 0) {
    const solved = solveTransposed(matrix.args[1], z)
    return solved && div(solved, matrix.args[0])
  }
  return rows <= MOST_ROWS ? byEntries(matrix, z, rows) : null
}

/** Row by row where the zeros let one unknown after the other stand alone; what is left of them together. */
function byEntries(matrix: Expression, z: Expression, n: number): Expression | null {
  const entry = (i: number, j: number) => element(matrix, i * n + j)
  const isZero = (i: number, j: number) => constantValues(entry(i, j))?.[0] === 0
  const solution = new Array<Expression>(n)
  const unknowns = new Set(Array.from({ length: n }, (_, i) => i))
  const equations = new Set(unknowns)
  const late: [unknown: number, equation: number][] = []
  /** What equation j has left behind the unknowns that are known. */
  const right = (j: number) =>
    solution.reduce((rest, v, i) => (isZero(i, j) ? rest : sub(rest, mul(entry(i, j), v))), element(z, j))
  const take = (unknown: number, equation: number) => {
    unknowns.delete(unknown)
    equations.delete(equation)
  }
  for (let isMoving = true; isMoving; ) {
    isMoving = false
    for (const j of equations) {
      const own = [...unknowns].filter((i) => !isZero(i, j))
      if (own.length === 0) return null
      if (own.length > 1) continue
      solution[own[0]] = div(right(j), entry(own[0], j))
      take(own[0], j)
      isMoving = true
    }
    for (const i of unknowns) {
      const own = [...equations].filter((j) => !isZero(i, j))
      if (own.length === 0) return null
      if (own.length > 1) continue
      late.unshift([i, own[0]])
      take(i, own[0])
      isMoving = true
    }
  }
  if (unknowns.size > MOST_BLOCK) return null
  const [rows, columns] = [[...unknowns], [...equations]]
  const block = byCofactors((j, i) => entry(rows[i], columns[j]), columns.map(right))
  for (const [k, i] of rows.entries()) solution[i] = block[k]
  for (const [i, j] of late) solution[i] = div(right(j), entry(i, j))
  return concat(solution)
}

/** By Cramer's rule, of at most three unknowns: a(row, column). */
function byCofactors(a: (j: number, i: number) => Expression, right: Expression[]): Expression[] {
  const n = right.length
  if (n === 0) return []
  const cofactor = (j: number, i: number): Expression => {
    const [p, q] = [1, 2].map((k) => (j + k) % n)
    const [r, s] = [1, 2].map((k) => (i + k) % n)
    if (n === 3) return sub(mul(a(p, r), a(q, s)), mul(a(p, s), a(q, r)))
    return i === j ? a(p, r) : sub(zero, a(p, r))
  }
  const sum = (terms: Expression[]) => terms.reduce(add)
  const determinant = sum(right.map((_, i) => mul(a(0, i), cofactor(0, i))))
  return right.map((_, i) => div(sum(right.map((b, j) => mul(b, cofactor(j, i)))), determinant))
}
