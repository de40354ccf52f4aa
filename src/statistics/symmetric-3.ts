/**
 * Solves M v = r for a symmetric positive definite 3×3 matrix, given by its upper triangle row by row; a variable whose diagonal
 * vanishes, or that the others determine, gets 0.
 * @returns null where an entry is not finite
 */
export function solveSymmetric3(
  upper: [number, number, number, number, number, number],
  right: [number, number, number],
): [number, number, number] | null {
  const [a, b, c, d, e, f] = upper
  const m = [
    [a, b, c],
    [b, d, e],
    [c, e, f],
  ]
  const r = [...right]
  if (![...upper, ...right].every(Number.isFinite)) return null
  const solution: [number, number, number] = [0, 0, 0]
  const pivots: number[] = []
  // The constant first: it is never degenerate.
  for (const k of [2, 1, 0]) {
    const isDegenerate = !(m[k][k] > 1e-10 * upper[[0, 3, 5][k]])
    if (isDegenerate) continue
    pivots.push(k)
    for (let i = 0; i < 3; i++) {
      if (i === k) continue
      const factor = m[i][k] / m[k][k]
      for (let j = 0; j < 3; j++) m[i][j] -= factor * m[k][j]
      r[i] -= factor * r[k]
    }
  }
  for (const k of pivots) solution[k] = r[k] / m[k][k]
  return solution
}
