/**
 * The skips' last word. Adam leaves their coefficients as noisy as its last steps; but each component's are the coefficients of
 * a linear regression of the pathwise gradient ζ on (σᵀ∇g(Xₙ), x̂ₙ, 1), what the network adds taken off, and three numbers from
 * thousands of paths are better solved for. Sums are taken over the last iterations of training; at its end each component
 * moves towards the solution as far as the solution stands out of its own noise (James and Stein's factor).
 */

import { STATE } from '../fields/state.ts'
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { networkParameters } from '../networks/gradient-network.ts'
import { lengthAt } from '../paths/grid.ts'
import { solveSymmetric3 } from '../statistics/symmetric-3.ts'
import type { TrainingPlan } from './plan.ts'
import { REFIT_COLUMNS as COLUMNS, refitWords } from './refit-plan.ts'

/** Sums over paths for each component, with G = σᵀ∇g, x = x̂, t the target. */
const [GG, GX, G, XX, X, TG, TX, T, TT] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
/** Fewer paths than this tell too little. */
const FEWEST = 512
/** A little on the diagonal, for features that vanish or follow each other. */
const RIDGE = 1e-6
/** Share of its own square by which each coefficient is held where it is, where g's slope is nearly a line. */
const HELD = 1e-2

/** Whether the run has skips to solve for. */
export function hasRefit({ options, gradient, grid, noiseDim }: TrainingPlan): boolean {
  return (
    refitWords(grid.steps, noiseDim) > 0 &&
    options.terminalSkip &&
    options.standardise &&
    gradient.network.skip >= 0 &&
    options.network.linearSkip === 'diagonal'
  )
}

/**
 * Shares of σᵀ∇g in Z beyond this are no derivative's of a flow of values: they come of paths on which it is next to nothing, and
 * where it is not they would be all that is left.
 */
export const MOST_SHARE = 1e6

export class Refit {
  readonly #plan: TrainingPlan
  readonly #views: Views

  constructor(plan: TrainingPlan, views: Views) {
    this.#plan = plan
    this.#views = views
  }

  /** Adds a batch of step n; `dZ` holds its pathwise gradient 2Δt/B (Zₙ − ζ). For a step that has a network. */
  add(n: number, dZ: number): void {
    const { floats, doubles } = this.#views
    const { options, noiseDim, dim, buffers, grid } = this.#plan
    const rows = options.batchSize
    const inverse = rows / (2 * lengthAt(grid, n))
    const { alpha, beta, bias, unit } = this.#coefficients(n)
    const sums = this.#sums(n)
    doubles[sums + noiseDim * COLUMNS] += rows
    for (let r = 0; r < rows; r++) {
      const [gRow, xRow] = [rowAt(buffers[n].terminalZ, r, noiseDim), rowAt(buffers[n].input, r, dim)]
      for (let j = 0; j < noiseDim; j++) {
        const g = floats[gRow + j]
        const x = floats[xRow + j]
        const skips = floats[alpha + j] * g + unit * (floats[beta + j] * x + floats[bias + j])
        const residual = -inverse * floats[rowAt(dZ, r, noiseDim) + j]
        // ζ less what the network adds to the skips.
        this.#accumulate(sums + j * COLUMNS, g, x, residual + skips)
      }
    }
  }

  /** Moves the skips of step n to the solution. */
  apply(n: number): void {
    const { floats, doubles } = this.#views
    const { noiseDim, areKinksSmoothed } = this.#plan
    const held = areKinksSmoothed ? HELD : 0
    const { alpha, beta, bias, unit } = this.#coefficients(n)
    const sums = this.#sums(n)
    const count = doubles[sums + noiseDim * COLUMNS]
    if (count < FEWEST) return
    for (let j = 0; j < noiseDim; j++) {
      const s = doubles.subarray(sums + j * COLUMNS, sums + (j + 1) * COLUMNS)
      const now: Vector = [floats[alpha + j], unit * floats[beta + j], unit * floats[bias + j]]
      const [holdG, holdX] = [held * s[GG], held * s[XX]]
      const grown = 1 + RIDGE
      const matrix: Matrix = [s[GG] * grown + holdG, s[GX], s[G], s[XX] * grown + holdX, s[X], count]
      const solution = solveSymmetric3(matrix, [s[TG] + holdG * now[0], s[TX] + holdX * now[1], s[T]])
      if (solution === null || !(Math.abs(solution[0]) <= MOST_SHARE)) continue
      const move: Vector = [solution[0] - now[0], solution[1] - now[1], solution[2] - now[2]]
      const explained = solution[0] * s[TG] + solution[1] * s[TX] + solution[2] * s[T]
      const noise = Math.max(0, s[TT] - explained) / count
      const share = noise > 0 ? Math.max(0, 1 - (3 * noise) / quadratic(matrix, move)) : 1
      if (!Number.isFinite(share)) continue
      floats[alpha + j] = now[0] + share * move[0]
      floats[beta + j] = (now[1] + share * move[1]) / unit
      floats[bias + j] = (now[2] + share * move[2]) / unit
    }
  }

  #accumulate(at: number, g: number, x: number, t: number): void {
    const { doubles } = this.#views
    doubles[at + GG] += g * g
    doubles[at + GX] += g * x
    doubles[at + G] += g
    doubles[at + XX] += x * x
    doubles[at + X] += x
    doubles[at + TG] += t * g
    doubles[at + TX] += t * x
    doubles[at + T] += t
    doubles[at + TT] += t * t
  }

  /** Where the skips of step n lie, in floats, and the unit that the linear one and the bias are in. */
  #coefficients(n: number): { alpha: number; beta: number; bias: number; unit: number } {
    const { blocks, gradient, state } = this.#plan
    const { theta } = blocks[n]
    const own = networkParameters(gradient, theta)
    const { layers, skip } = gradient.network
    const { bias } = layers[layers.length - 1]
    const unit = this.#views.doubles[state + STATE.zScale]
    return { alpha: theta, beta: own + skip, bias: own + bias, unit }
  }

  #sums(n: number): number {
    return this.#plan.refit + n * (this.#plan.noiseDim * COLUMNS + 1)
  }
}

type Vector = [number, number, number]
/** Upper triangle of a symmetric matrix, row by row. */
type Matrix = [number, number, number, number, number, number]

function quadratic([a, b, c, d, e, f]: Matrix, [x, y, z]: Vector): number {
  return a * x * x + d * y * y + f * z * z + 2 * (b * x * y + c * x * z + e * y * z)
}
