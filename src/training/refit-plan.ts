/** How many sums the skips' last word is taken from. */

/** Sums over paths for each component; see `Refit`. */
export const REFIT_COLUMNS = 9

/** float64 words of `TrainingPlan.refit`: for each step the sums of all components, then the number of paths. */
export function refitWords(steps: number, noiseDim: number): number {
  return steps * (noiseDim * REFIT_COLUMNS + 1)
}
