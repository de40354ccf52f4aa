/** What a stopping page becomes: a compiled equation, and what belongs to the right to stop. */

import type { GeneratedFunction } from '../formulas/bind.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { FarSide } from '../problem/forecast/far-side.ts'

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
    /** Whether the payoff jumps in x. */
    jumps: boolean
    /** What paths may differ by at the most in what stopping pays, in the terminal value, and in what a rate or a source makes of a payment of 1; and what any of them has behind kinks that paths may not come to. */
    spans: { payoff: number; terminal: number; driver: number; far: FarSide[] }
    /** Whether payoff, terminal and driver keep their values when components of x change places. */
    isExchangeable: boolean
    /** Whether, besides, they are functions of the sum of the components, or of their logarithms where X is geometric. */
    isOfSum: boolean
    functions: {
      /** What stopping pays, and its ∇ [dim]. */
      payoff: Pays
      terminal: Pays
      /** r and ℓ */
      accrual: GeneratedFunction<'x', 'rate' | 'source', never>
      /** σRw, and what the motion moves X by in second order besides, [dim] each; w [noiseDim] */
      noise: GeneratedFunction<'x' | 'w', 'moved' | 'bent', 'dt'>
      /** σ and ½Σ∂σⱼσⱼ, [dim] each; with `noiseCorrelation` */
      spread: GeneratedFunction<'x', 'sigma' | 'mean', never> | null
    }
  }
}

export type Pays = GeneratedFunction<'x', 'g' | 'gradU', never>

/** A driver that is not linear, of the signed problem. */
export interface StoppingDriver {
  /** In (y, z) jointly; null where neither was found. */
  curvature: 'convex' | 'concave' | null
  /** With a slope in z that knows neither y nor z. */
  isAffineInZ: boolean
  /** f, ∂f/∂y, ∂f/∂z [noiseDim] */
  tangent: GeneratedFunction<'x' | 'y' | 'z', 'f' | 'dy' | 'dz', never>
  /** z [noiseDim] of ∇u [dim] */
  scale: GeneratedFunction<'x' | 'gradU', 'z', never>
}
