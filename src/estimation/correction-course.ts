/**
 * How many branching paths are worth their while. Noise of e itself enters the correction by a product of two: the mean over m continuations
 * on either side takes it down by m, where m times as many paths would by √m. So after a first round, which tells the noise, branches are
 * means of as many continuations as that is too large, and where they turn out to gain less than more paths would, paths are taken.
 * An error that is asked for beyond what can be paid for is no reason to tell less than where none is: then as much is taken as can be.
 */

/** Share of the time to T that a continuation tells the mean of e over where a layer ends it: over a step noise would be as large as Z. */
const LAYER_WINDOW = 1 / 2
/** Continuations that a branch is a mean of at most; before a layer, where single ones may be wild, also at first. */
const MOST_REPEATS = 16
const LAYER_REPEATS = 8
/** In rounds of one continuation. */
const MOST_COST = 64
/** Times too large that noise may be for any more to be begun. */
const HOPELESS = 1000

export type Next = 'enough' | 'more' | 'afresh'

/** Of the correction's standard error so far to what it may be. */
export interface NoiseRatios {
  /** By the error that is asked for. */
  asked: number
  /** By the one that is aimed at where none is. */
  usual: number
  /** By the error that all paths will have: nothing is gained beyond. */
  paths: number
}

export class CorrectionCourse {
  /** Continuations of a branch in the next round. */
  repeats: number
  /** The share of the time to T that they tell the mean over; 0 for one step. */
  readonly window: number
  #cost = 0
  /** Since the last fresh start. */
  #rounds = 0
  #first: number | null = null
  readonly #hasLayer: boolean
  readonly #mostCost: number

  /**
   * @param isAnchored whether e comes almost without noise, so that paths are all that is missing
   * @param mostCost in rounds of one continuation
   */
  constructor(hasLayer: boolean, isAnchored = false, mostCost = MOST_COST) {
    this.#mostCost = mostCost
    this.#hasLayer = hasLayer
    if (isAnchored) this.#first = 0
    this.repeats = hasLayer ? LAYER_REPEATS : 1
    this.window = hasLayer ? LAYER_WINDOW : 0
  }

  /** @returns whether another round is wanted, and whether it makes those before worthless */
  next({ asked, usual, paths }: NoiseRatios): Next {
    this.#cost += this.repeats
    this.#rounds++
    if (!(asked > 1 && Math.min(asked, usual) <= HOPELESS)) return 'enough'
    if (this.#first === null) {
      this.#first = asked
      this.#rounds = 0
      this.repeats = Math.min(MOST_REPEATS, Math.ceil(this.repeats * asked))
      return 'afresh'
    }
    if (!this.#hasLayer && this.repeats > 1 && asked * Math.sqrt(this.repeats) > this.#first) this.repeats = 1
    if (this.#canReach(asked)) return 'more'
    const canGain = paths > 1 && this.#cost + this.repeats <= this.#mostCost
    return canGain && this.#canReach(usual) ? 'more' : 'enough'
  }

  /** Whether the noise may be taken down by so much. */
  #canReach(ratio: number): boolean {
    const more = Math.max(0, ratio ** 2 - 1) * this.#rounds * this.repeats
    return this.#cost + more <= this.#mostCost
  }
}
