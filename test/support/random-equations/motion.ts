/** What the rest of a random equation has to know of its dynamics: the page's lines, and σ in words. */
import type { SettingValue } from '../../../src/problem/definition.ts'

/** What is drawn before the dynamics are. */
export interface Size {
  dim: number
  horizon: number
  /** Of the state. */
  length: number
}

export interface RandomMotion {
  settings: Record<string, SettingValue>
  /** Named formulas, in order. */
  let: Record<string, string>
  x0: number[]
  noiseDim: number
  drift: string
  diffusion: string
  correlation?: number | number[][]
  /** Text of z = Rᵀσᵀv for the text of a vector v [dim]. */
  scale: (v: string) => string
  /** Text of the diagonal of σσᵀ, a scalar where all are equal or a vector [dim]. */
  squares: string
  /** Text of Tr σσᵀ. */
  trace: string
  /** How far components move until the horizon, about: all of them, or each. */
  spread: number | number[]
  /** Whether X has moments of every order: else u stays bounded. */
  isLight: boolean
}

type Parts = Omit<RandomMotion, 'settings' | 'let' | 'noiseDim' | 'scale' | 'squares' | 'trace'> &
  Partial<Pick<RandomMotion, 'settings' | 'let'>>

/** σ = diag(s), s a scalar or a vector, by `diffusion` itself. */
export function withScalar(size: Size, parts: Parts): RandomMotion {
  return diagonal(size, parts, `dim * (${parts.diffusion})^2`)
}

export function withVector(size: Size, parts: Parts): RandomMotion {
  return diagonal(size, parts, `sum((${parts.diffusion})^2)`)
}

function diagonal({ dim }: Size, parts: Parts, trace: string): RandomMotion {
  const { diffusion, correlation } = parts
  const root = correlation === undefined ? null : rootOf(correlation, dim)
  const named: Record<string, SettingValue> =
    root?.matrix === undefined || root.matrix === null ? {} : { root: root.matrix }
  return {
    ...parts,
    settings: { ...parts.settings, ...named },
    let: parts.let ?? {},
    noiseDim: dim,
    scale: (v) => {
      const scaled = `(${diffusion}) .* (${v})`
      return root === null ? scaled : root.transposed(scaled)
    },
    squares: `(${diffusion})^2`,
    trace,
  }
}

/** A constant σ, `matrix` [dim × noiseDim], as the setting S. */
export function withMatrix(parts: Omit<Parts, 'diffusion'>, matrix: number[][]): RandomMotion {
  const variances = matrix.map((row) => row.reduce((sum, value) => sum + value * value, 0))
  return {
    ...parts,
    settings: { ...parts.settings, S: matrix, variances },
    let: parts.let ?? {},
    noiseDim: matrix[0].length,
    diffusion: 'S',
    scale: (v) => `S' * (${v})`,
    squares: 'variances',
    trace: 'sum(variances)',
  }
}

/** R with RRᵀ = ρ as the project takes it: the symmetric root for one number, Cholesky's factor for a matrix. */
function rootOf(
  correlation: number | number[][],
  dim: number,
): { matrix: number[][] | null; transposed: (v: string) => string } {
  if (typeof correlation !== 'number') {
    return { matrix: cholesky(correlation), transposed: (v) => `root' * (${v})` }
  }
  const own = Math.sqrt(1 - correlation)
  const shared = (Math.sqrt(1 + (dim - 1) * correlation) - own) / dim
  return { matrix: null, transposed: (v) => `${own} * (${v}) + ${shared} * sum(${v})` }
}

function cholesky(matrix: number[][]): number[][] {
  const factor = matrix.map((row) => row.map(() => 0))
  for (const [i, row] of matrix.entries()) {
    for (let j = 0; j <= i; j++) {
      const rest = row[j] - factor[i].slice(0, j).reduce((sum, value, k) => sum + value * factor[j][k], 0)
      factor[i][j] = i === j ? Math.sqrt(rest) : rest / factor[j][j]
    }
  }
  return factor
}
