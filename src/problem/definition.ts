/**
 * A problem is data: one page of formulas. Nothing here knows of grids, networks or random numbers.
 *
 *     dX = μ(t,x) dt + σ(t,x) dW,  X(0) = x0
 *     ∂u/∂t + μ·∇u + ½ Tr(σσᵀ∇²u) + f(t, x, u, σᵀ∇u) = 0,  u(T,x) = g(x)
 */

import type { StoppingPart } from './stopping-part.ts'

/** A number, vector or matrix that a formula may name. `dim` and `horizon` are always among the settings. */
export type SettingValue = number | number[] | number[][]
/** The numbers of a page by their names. */
export type Settings = Record<string, SettingValue> & { dim: number; horizon: number }

/** A value to test against: computed or cited, never fitted. */
export interface Reference {
  /** u(0, x0). */
  value: number
  /** Of the value, where it is itself an estimate; 0 unless given. */
  standardError?: number
  /** Where it is from. */
  source: string
}

/** What the literature reports for a problem, and the run that it reports. */
export interface Published {
  /** Paper and table. */
  source: string
  /** Relative error against `referenceValue`, as a fraction. */
  relativeError: number
  /** Of the published run. */
  elapsedSeconds?: number
  /** The literature's own reference, where it differs from ours. */
  referenceValue?: number
  /** Time steps N. */
  steps: number
  /** Of the training. */
  iterations?: number
  /** Of the training. */
  learningRate?: number
  /** Range that the trained parameter Y₀ is drawn from at the start. */
  initialValue?: [number, number]
}

/** What holds at these settings and this starting point ([dim]), or null where nothing is known. */
export type ReferenceFunction<S extends Settings = Settings> = (
  settings: S,
  x0: readonly number[],
) => Reference | null

/** What every page says: its name, its numbers, where it starts, its noise, and what it is compared with. */
export interface PageFrame<S extends Settings = Settings> {
  /** Kebab-case, the file's own name. */
  id: string
  /** One line; the id unless given. */
  title: string
  /** Paper and equation. */
  source: string
  /** Heading that `list` puts it under. */
  group: string
  /** What it exercises, in a few words. */
  exercises?: string
  /** Numbers that formulas may name, `dim` and `horizon` among them. */
  settings: S
  /** Named intermediate formulas, in order; each may use those before it. */
  let?: Record<string, string>
  /**
   * A number for every component, a list of them, or a formula of the component's index i = 1…dim.
   * `--set x0=…` replaces it (see `settings.ts`), for every problem.
   */
  x0: number | number[] | string
  /** Dimension of the noise; the state's dimension unless stated. */
  noiseDim?: number | string
  /**
   * Correlation ρ of the noise, of which σ becomes σR with RRᵀ = ρ: one number for every pair (R is the symmetric root), or
   * the matrix, as a setting or inline (R is the Cholesky factor). z is then Rᵀσᵀ∇u; `gradU` is ∇u either way.
   */
  correlation?: number | number[][] | string
  /** A plain value holds at the page's own settings and starting point only. */
  reference?: Reference | ReferenceFunction<S>
}

/** An equation as one page of formulas. */
export interface ProblemDefinition<S extends Settings = Settings> extends PageFrame<S> {
  /** μ(t,x): a scalar formula (for every component) or a vector formula. */
  drift: string
  /** σ(t,x): scalar → σI, vector → diagonal, matrix → dense dim × noiseDim. */
  diffusion: string
  /** f(t,x,y,z[,gradU]), z = σᵀ∇u. */
  driver: string
  /** g(x). */
  terminal: string
  /** Where u lies by a maximum principle, [least, greatest]: bounds look at the driver's curvature there only. */
  range?: [number, number]
  /**
   * The driver's curvature jointly in (y, z), for bounds, where it is not found from the formula. It is tried at random
   * chords, within the range where one is given, and refused where one refutes it.
   */
  curvature?: 'convex' | 'concave'
  /** u(t,x), where it is known everywhere. */
  exact?: string
  /** A right to stop before T: u is then what it is worth, and `driver` must be linear in y and z. */
  stopping?: StoppingPart
  /** What the literature reports, for `verify`. */
  published?: Published
}

/**
 * Marks a page of formulas; returns it unchanged, typed. The page's reference sees its own settings' types:
 * `settings.ts` lets no override change a setting from a number to a list or back.
 */
export function defineProblem<S extends Settings>(definition: ProblemDefinition<S>): ProblemDefinition {
  return definition as unknown as ProblemDefinition
}
