/**
 * How many workers of a team are worth having. A thread that loses its core to another program keeps the others waiting for a time slice
 * of some milliseconds, longer than an iteration: then half of the team is faster alone. Which worker does what never shows in the bits.
 */

/** Iterations that a judgement rests on. */
const WINDOW = 8
/** Windows before the first judgement: code is being compiled. */
const WARM_UP = 3
/** The whole is well if it takes no longer than half of it would without a disturbance, and this much more. */
const MARGIN = 1.1
/** Windows between two trials, at first and at most, and how many times as many after each: what gained nothing is tried ever less often, what did is kept ever longer. */
const FIRST_SPELL = 4
const LONGEST_SPELL = 64
const SPELL_GROWTH = 4

export class Pace {
  readonly #size: number
  readonly #half: number
  #lastMs: number
  #sinceMs: number
  #laps = 0
  /** Shortest iteration of the whole team, and its mean when half of it was tried. */
  #least = Number.POSITIVE_INFINITY
  #wholeMs = 0
  /** Mean iteration of half of it, as last tried. */
  #halfMs = Number.POSITIVE_INFINITY
  #isHalf = false
  /** Windows that are left of this spell, and of the next of either kind. */
  #left = WARM_UP
  #halfSpell = FIRST_SPELL
  #wholeSpell = FIRST_SPELL

  /** @param nowMs when the first iteration begins */
  constructor(size: number, nowMs: number) {
    this.#size = size
    this.#half = Math.ceil(size / 2)
    this.#lastMs = this.#sinceMs = nowMs
  }

  /** How many are to rest from the next iteration on. @param nowMs when the last one ended */
  resting(nowMs: number): number {
    if (this.#half === this.#size) return 0
    if (!this.#isHalf) this.#least = Math.min(this.#least, nowMs - this.#lastMs)
    this.#lastMs = nowMs
    if (++this.#laps === WINDOW || this.#isLost(nowMs)) {
      this.#judge((nowMs - this.#sinceMs) / this.#laps)
      this.#sinceMs = nowMs
      this.#laps = 0
    }
    return this.#isHalf ? this.#size - this.#half : 0
  }

  /** Whether a trial of the whole has already cost an iteration more than half of it would. */
  #isLost(nowMs: number): boolean {
    return !this.#isHalf && this.#left === 1 && nowMs - this.#sinceMs > (this.#laps + 1) * this.#halfMs
  }

  #judge(meanMs: number): void {
    if (this.#isHalf) this.#halfMs = meanMs
    if (this.#isHalf && meanMs > this.#wholeMs) {
      // The whole machine is busy.
      this.#turn(false, this.#wholeSpell)
      this.#wholeSpell = longer(this.#wholeSpell)
    } else if (--this.#left > 0) return
    else if (this.#isHalf) {
      this.#turn(false, 1)
      this.#halfSpell = longer(this.#halfSpell)
    } else if (meanMs > Math.min(this.#halfMs, MARGIN * (this.#size / this.#half) * this.#least)) {
      this.#wholeMs = meanMs
      this.#turn(true, this.#halfSpell)
    } else this.#halfSpell = FIRST_SPELL
  }

  #turn(isHalf: boolean, windows: number): void {
    this.#isHalf = isHalf
    this.#left = windows
  }
}

function longer(windows: number): number {
  return Math.min(LONGEST_SPELL, SPELL_GROWTH * windows)
}
