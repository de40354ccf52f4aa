/** What the error of a value is made of. */

/** Standard deviations that the value's error is made of. */
export interface ErrorParts {
  /** Of the sample of paths. */
  statistical: number
  /** What the time grid's extrapolation leaves, or all of the grid's error where the value is not extrapolated. */
  grid: number
  /** What is left of the second order of the networks' errors, and a trained Y₀'s distance from fresh paths; for a policy, what training leaves. */
  remainder: number
}
