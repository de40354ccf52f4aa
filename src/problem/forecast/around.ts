/**
 * The mean over all noise of what is far, of paths that are drawn around the likeliest one there and weighted by the likelihood of their noise (Cameron and
 * Martin 1944): where that one bends there may be many about as likely, as those that cross between two wells sooner or later.
 */
import { seededRandom } from '../sample.ts'
import type { NoisePath } from './noise-path.ts'
import type { Push } from './push.ts'

const DRAWN = 256

/** @param sizeOf what is paid along noise, without its sign; what is not finite is left out */
export function meanAround(push: Push, deviations: number, sizeOf: (noise: NoisePath) => number): number {
  const random = seededRandom(1)
  let sum = 0
  for (let n = 0; n < DRAWN; n++) {
    const { noise, likelihood } = push.drawn(deviations, random)
    // What is likelier without the push is of another way there.
    if (likelihood > 1) continue
    const size = likelihood * sizeOf(noise)
    if (Number.isFinite(size)) sum += size
  }
  return sum / DRAWN
}
