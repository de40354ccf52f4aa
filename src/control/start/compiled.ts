/** The skeleton's functions, on float64 rows. */
import type { GeneratedFunction } from '../../formulas/bind.ts'

/** l [dim + 1] weighs x₊ and, last, the cost; px and pv are directions of x and v. */
export interface CompiledSkeleton {
  step: GeneratedFunction<'x' | 'v', 'next' | 'cost', 'dt'>
  /** ∂/∂x, ∂/∂v of l·(x₊, cost) */
  slopes: GeneratedFunction<'x' | 'v' | 'l', 'dx' | 'dv', 'dt'>
  /** The second derivatives of l·(x₊, cost) along (px, pv), in x and in v. */
  curvature: GeneratedFunction<'x' | 'v' | 'l' | 'px' | 'pv', 'dx' | 'dv', 'dt'>
  /** g, ∂g/∂x */
  terminal: GeneratedFunction<'x', 'cost' | 'dx', 'dt'>
  /** The second derivatives of g along px. */
  terminalCurvature: GeneratedFunction<'x' | 'px', 'dx', 'dt'>
  /** What the noise adds to x₊ is linear in w and free of the state: then it changes no linear–quadratic rule. */
  isNoiseAlone: boolean
  /** σRw, where the noise is free of state and control; null where it is not, and in discrete time */
  noise: GeneratedFunction<'w', 'moved', 'dt'> | null
}
