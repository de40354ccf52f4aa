/** Which random numbers paths are moved by. */
import { STREAM } from '../../random/streams.ts'

/** Where the noise of paths comes from. */
export interface NoiseSource {
  stream: number
  iteration: number
}

/** Paths that are fitted to, those that say what the fit is worth, and those that a saved rule is tried on. */
export const FITTED_TO: NoiseSource = { stream: STREAM.stopping, iteration: 0 }
export const FRESH: NoiseSource = { stream: STREAM.stopping, iteration: 1 }
export const TRIED: NoiseSource = { stream: STREAM.sample, iteration: 0 }
