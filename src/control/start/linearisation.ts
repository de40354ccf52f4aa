/** What a plant does by itself near its start, and which of its motions the controls reach: for a person who checks a page. */
import type { CompiledControl } from '../compiled.ts'
import type { CompiledSkeleton } from './compiled.ts'
import { Skeleton } from './skeleton.ts'

export interface Linearisation {
  /** The fastest exponential growth of a deviation from the start under controls at rest, 1/time; negative where all die out. */
  growth: number
  /** Dimension of the space that controls move the states in. */
  controllable: number
}

/** Steps that a short one is a part of; a direction shorter than this share of what it comes from is none. */
const FINE = 1000
const SMALLEST = 1e-7
const SQUARINGS = 40

export function linearise(problem: CompiledControl, sources: CompiledSkeleton): Linearisation {
  const steps = problem.isDiscrete ? problem.steps! : FINE
  const skeleton = new Skeleton(problem, sources, steps)
  const { dim, rawDim, dt } = skeleton
  const { fx, fv } = skeleton.expansion(0, problem.x0, new Float64Array(rawDim))
  const growth = Math.log(radius(fx, dim)) / dt
  const rates = fx.map((entry, k) => (entry - Number(k % (dim + 1) === 0)) / dt)
  const columns = Array.from({ length: rawDim }, (_, r) =>
    Float64Array.from({ length: dim }, (_, i) => fv[i * rawDim + r] / dt),
  )
  return { growth, controllable: krylov(rates, columns, dim) }
}

/** The spectral radius: ‖Fᵐ‖^(1/m) by squaring, scaled so that nothing overflows. */
function radius(matrix: Float64Array, dim: number): number {
  let [power, logarithm, share] = [matrix, 0, 1]
  for (let k = 0; k < SQUARINGS; k++) {
    const norm = Math.hypot(...power)
    if (norm === 0) return 0
    logarithm += share * Math.log(norm)
    share /= 2
    const scaled = power.map((entry) => entry / norm)
    const next = new Float64Array(dim * dim)
    for (let i = 0; i < dim; i++) {
      for (let m = 0; m < dim; m++) {
        for (let j = 0; j < dim; j++) next[i * dim + j] += scaled[i * dim + m] * scaled[m * dim + j]
      }
    }
    power = next
  }
  return Math.exp(logarithm)
}

/** Dimension of span{B, AB, A²B, …}, by an orthonormal basis that each new direction has to leave. */
function krylov(a: Float64Array, columns: Float64Array[], dim: number): number {
  const basis: Float64Array[] = []
  const waiting = [...columns]
  while (waiting.length > 0 && basis.length < dim) {
    const direction = waiting.shift()!
    const size = Math.hypot(...direction)
    for (let pass = 0; pass < 2; pass++) {
      for (const known of basis) {
        const part = known.reduce((sum, entry, i) => sum + entry * direction[i], 0)
        known.forEach((entry, i) => {
          direction[i] -= part * entry
        })
      }
    }
    const left = Math.hypot(...direction)
    if (!(left > SMALLEST * size)) continue
    const unit = direction.map((entry) => entry / left)
    basis.push(unit)
    waiting.push(
      Float64Array.from({ length: dim }, (_, i) =>
        unit.reduce((sum, entry, j) => sum + a[i * dim + j] * entry, 0),
      ),
    )
  }
  return basis.length
}
