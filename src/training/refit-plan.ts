/** How many sums the skips' last word is taken from. */
import { isWide } from '../paths/wide.ts'

/** Sums over paths for each component; see `Refit`. */
export const REFIT_COLUMNS = 9

/** float64 words of `TrainingPlan.refit`: for each step the sums of all components, then the number of paths; none where these are few. */
export function refitWords(steps: number, noiseDim: number): number {
  return isWide(noiseDim) ? 0 : steps * (noiseDim * REFIT_COLUMNS + 1)
}
