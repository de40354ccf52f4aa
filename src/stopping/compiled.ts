/** What a stopping page becomes: a compiled equation, and what belongs to the right to stop. */
import type { CompiledProblem, GeneratedFunction } from '../problem/compiled.ts'

export interface CompiledStopping extends CompiledProblem {
  stopping: {
    /** In (0, T], ascending, the last of them T; null for any time. */
    dates: number[] | null
    /** −1 where costs are minimised: payoff, terminal and source below have their sign changed. */
    sign: 1 | -1
    /** r where it is a number, else null. */
    rate: number | null
    /** Null where the driver is linear in y and z; else rate is 0, and nothing is said to be paid on the way. */
    driver: StoppingDriver | null
    /** Of all pairs of noises, where σ is diagonal and it is the same for all; else null. */
    noiseCorrelation: number | null
    /** Whether anything is paid on the way. */
    hasSource: boolean
    /** Whether payoff, terminal and driver keep their values when components of x change places. */
    isExchangeable: boolean
    /** Whether, besides, they are functions of the sum of the components, or of their logarithms where X is geometric. */
    isOfSum: boolean
    functions: {
      /** (x) → payoff, ∇payoff [dim] */
      payoff: GeneratedFunction
      /** (x) → terminal, ∇terminal [dim] */
      terminal: GeneratedFunction
      /** (x) → r, ℓ */
      accrual: GeneratedFunction
      /** (x, w [noiseDim]) → σRw [dim], what it moves X by in second order besides [dim]; takes dt as a scalar argument */
      noise: GeneratedFunction
      /** (x) → σ [dim], ½Σ∂σⱼσⱼ [dim]; with `noiseCorrelation` */
      spread: GeneratedFunction | null
    }
  }
}

/** A driver that is not linear, of the signed problem. */
export interface StoppingDriver {
  /** In (y, z) jointly; null where neither was found. */
  curvature: 'convex' | 'concave' | null
  /** (x, y, z) → f, ∂f/∂y, ∂f/∂z [noiseDim] */
  tangent: GeneratedFunction
  /** (x, ∇u [dim]) → z [noiseDim] */
  scale: GeneratedFunction
}

export function isCompiledStopping(problem: object): problem is CompiledStopping {
  return 'stopping' in problem
}
