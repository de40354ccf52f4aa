/** What bounds and their duals need to know of a driver. */
import type { Pieces } from '../formulas/pieces.ts'

/** An affine piece of the driver, αy + β·z or, without y, α + β·z; beta is [noiseDim]. */
export interface Slopes {
  alpha: number
  beta: Float64Array
}

export type Dual =
  /**
   * f has no y, and its Hessian in z is sign·kappa times the identity. `affine`: f is besides affine with constant coefficients,
   * and X has an exact law. `extreme`: beyond which u cannot lie for the ranges of g and f(·,·,0,0) alone, or null.
   */
  | { kind: 'exponential'; kappa: number; affine: Slopes | null; extreme: number | null }
  /** f = b(t,x)·z + h(t,x,y); how h bends in y, or unknown (null). */
  | { kind: 'pathwise'; pieces: Pieces | null }
  /** f is the greater or lesser of two linear functions of (y, z). */
  | { kind: 'segment'; slopes: [Slopes, Slopes] }
  | { kind: 'none'; reason: string }

export interface DriverStructure {
  /** `mixed`: neither, but f is split into a convex and a concave part. null: nothing to bound with. */
  curvature: 'convex' | 'concave' | 'mixed' | null
  /** The curvature is the page's word, which random chords did not refute. */
  isDeclared: boolean
  dual: Dual
  /** Where u lies by a maximum principle, as the page declares it; beyond, f counts as its tangent. */
  range: [number, number] | null
  /** f depends on neither t nor x: freezing it over a time step changes nothing. */
  isAutonomous: boolean
  /** X is drawn by its exact law, under any constant drift of the noise too. */
  isExact: boolean
}
