/**
 * Along fresh paths from points x, an unbiased observation of σᵀ∇u(0,x), up to the first order of the networks' errors:
 *
 *     ζ = Γ_T D_T σᵀ∇g(X_T) + ∫ Γ_t D_t σᵀ∂f/∂x dt,    D_t = ∂X_t/∂x,
 *
 * in coordinates where σ is constant, with the noise that `PathPass` has given its drift; integrated by the trapezoidal rule.
 */

import type { FieldPlan } from '../fields/plan.ts'
import { padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import type { Views } from '../memory/views.ts'
import { lengthAt, timeAt } from '../paths/grid.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { lawOf } from '../problem/laws/laws.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { SHARD_ROWS, type WorkerBuffers } from './buffers.ts'

/** Byte offsets, [SHARD_ROWS×noiseDim]. */
export interface PathwiseBuffers {
  zeta: number
  /** σᵀ∂f/∂x. */
  slope: number
}

export function planPathwiseBuffers(arena: Arena, noiseDim: number): PathwiseBuffers {
  return {
    zeta: arena.floats(SHARD_ROWS * padded(noiseDim)),
    slope: arena.floats(SHARD_ROWS * padded(noiseDim)),
  }
}

/** Rates of D, component by component: D_t = exp(rate·t); null where D is not diagonal. */
export function transportRates({ dynamics, mixing, noiseDim }: CompiledProblem): Float64Array | null {
  const law = lawOf(dynamics).components
  if (law === null || (law.translation === null && mixing !== null)) return null
  return Float64Array.from({ length: noiseDim }, (_, j) => law.rate(j))
}

export class PathwiseGradient {
  readonly #training: FieldPlan
  readonly #functions: ProblemFunctions
  readonly #rates: Float64Array
  readonly #views: Views
  readonly #buffers: PathwiseBuffers

  constructor(
    training: FieldPlan,
    functions: ProblemFunctions,
    rates: Float64Array,
    views: Views,
    buffers: PathwiseBuffers,
  ) {
    this.#training = training
    this.#functions = functions
    this.#rates = rates
    this.#views = views
    this.#buffers = buffers
  }

  begin(): void {
    const { zeta } = this.#buffers
    this.#views.floats.fill(0, zeta / 4, zeta / 4 + SHARD_ROWS * padded(this.#training.noiseDim))
  }

  /** Adds a node's part of ζ, times `share`. */
  add(node: number, at: WorkerBuffers, share: number): void {
    const { floats, doubles } = this.#views
    const { grid, noiseDim } = this.#training
    const { zeta, slope } = this.#buffers
    const width = padded(noiseDim)
    const isLast = node === grid.steps
    const hasSlope = this.#driverSlope(node, at)
    if (!hasSlope && !isLast) return
    const [before, after] = [node > 0 ? lengthAt(grid, node - 1) : 0, isLast ? 0 : lengthAt(grid, node)]
    const dt = 0.5 * (before + after)
    for (let j = 0; j < noiseDim; j++) {
      const transport = share * Math.exp(this.#rates[j] * timeAt(grid, node))
      for (let r = 0; r < SHARD_ROWS; r++) {
        const k = r * width + j
        const part = (hasSlope ? dt * floats[slope / 4 + k] : 0) + (isLast ? floats[at.z / 4 + k] : 0)
        floats[zeta / 4 + k] += transport * doubles[at.weight / 8 + r] * part
      }
    }
  }

  /** σᵀ∂f/∂x at a node; false where f does not depend on x. */
  #driverSlope(node: number, { x, z, around, terminal }: WorkerBuffers): boolean {
    const { driverSlope } = this.#functions
    if (!driverSlope) return false
    const { grid } = this.#training
    const y = node === grid.steps ? terminal : around
    driverSlope(SHARD_ROWS, timeAt(grid, node), { x, y, z, slope: this.#buffers.slope })
    return true
  }
}
