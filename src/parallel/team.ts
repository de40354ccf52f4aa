/**
 * The workers of one run as each of them sees it: phases of claimed work that end in a barrier.
 *
 * Which worker takes which piece is left to chance, for balance; a piece must therefore write only its own
 * output, in an order of operations that is its own. Then the bits of the result cannot depend on the number of
 * workers or on their speed.
 */
import { SIGNAL } from './signals.ts'

/** Loads of the shared word before a waiting worker goes to sleep: about 20 µs, less than a wake-up costs. */
const SPINS = 4000
/** How long a worker sleeps at a barrier before it looks whether the run was aborted. */
const WATCHDOG_MS = 1000

/** Thrown inside a worker when another one failed or the run was cancelled. */
export class AbortedError extends Error {
  override name = 'AbortedError'
}

/** Whether it is an AbortedError, of whatever copy of this module; see `isDivergence`. */
export function isAborted(error: unknown): error is AbortedError {
  return error instanceof Error && error.name === 'AbortedError'
}

/** One word tells both, so that they change at once: barriers passed in the lower 24 bits, workers that rest above. */
const COUNT_BITS = 24

function restingOf(generation: number): number {
  return generation >> COUNT_BITS
}

function after(generation: number, resting: number): number {
  return (resting << COUNT_BITS) | ((generation + 1) & (2 ** COUNT_BITS - 1))
}

export class Team {
  readonly rank: number
  readonly size: number
  readonly #signals: Int32Array
  /** How often the team was asked whether to stop. */
  #questions = 0

  constructor(signals: Int32Array, rank: number, size: number) {
    this.#signals = signals
    this.rank = rank
    this.size = size
  }

  /** Runs `body` for every piece 0 … pieces−1, each on one worker of the team, and waits until all are done. */
  forEach(pieces: number, body: (piece: number) => void): void {
    for (let piece = this.#claim(); piece < pieces; piece = this.#claim()) body(piece)
    this.barrier()
  }

  /** Waits until every worker that does not rest is here. The last one to come resets the claims. */
  barrier(): void {
    const signals = this.#signals
    const generation = Atomics.load(signals, SIGNAL.generation)
    if (Atomics.add(signals, SIGNAL.arrived, 1) + 1 === this.size - restingOf(generation)) {
      Atomics.store(signals, SIGNAL.arrived, 0)
      Atomics.store(signals, SIGNAL.claim, 0)
      Atomics.store(signals, SIGNAL.generation, after(generation, Atomics.load(signals, SIGNAL.rest)))
      Atomics.notify(signals, SIGNAL.generation)
    } else {
      for (let spin = 0; spin < SPINS && Atomics.load(signals, SIGNAL.generation) === generation; spin++);
      while (Atomics.load(signals, SIGNAL.generation) === generation) {
        this.#leaveIfAborted()
        Atomics.wait(signals, SIGNAL.generation, generation, WATCHDOG_MS)
      }
    }
    this.#leaveIfAborted()
  }

  /**
   * Has the workers of the highest ranks rest from the end of this phase on, and others come back. For the first worker alone, within a phase
   * after which all call `awaitTurn`, and know nothing that the memory does not tell.
   */
  rest(count: number): void {
    if (Atomics.exchange(this.#signals, SIGNAL.rest, count) !== count)
      Atomics.notify(this.#signals, SIGNAL.rest)
  }

  /** Returns at once where this worker is not to rest, else once it is back: any number of phases later. */
  awaitTurn(): void {
    const signals = this.#signals
    for (;;) {
      const asked = Atomics.load(signals, SIGNAL.rest)
      const generation = Atomics.load(signals, SIGNAL.generation)
      if (this.rank < this.size - restingOf(generation)) return
      const isAsleep = this.rank >= this.size - asked
      if (isAsleep) Atomics.wait(signals, SIGNAL.rest, asked, WATCHDOG_MS)
      else Atomics.wait(signals, SIGNAL.generation, generation, WATCHDOG_MS)
      this.#leaveIfAborted()
    }
  }

  /**
   * Whether to end the stage, since the main thread asked for it or the first worker finds it `done`: one answer for the
   * whole team, whenever it was asked.
   */
  shouldStop(done = false): boolean {
    const signals = this.#signals
    const question = ++this.#questions
    // The answer is the number of the question, for the first worker may be at the next one before another has read this.
    if (this.rank === 0 && (done || this.isAsked)) {
      Atomics.store(signals, SIGNAL.decision, question)
    }
    this.barrier()
    return Atomics.load(signals, SIGNAL.decision) === question
  }

  /** Whether the main thread asked for the end of the stage. */
  get isAsked(): boolean {
    return Atomics.load(this.#signals, SIGNAL.stop) !== 0
  }

  /**
   * Calls the team together behind the phase that it is in, from within a piece of it: without a barrier of its own that costs
   * nothing where nobody calls.
   *
   * @param mark not 0, and another one than in the phase before
   */
  call(mark: number): void {
    Atomics.store(this.#signals, SIGNAL.called, mark)
  }

  /** Whether a piece of the phase that has just ended called with this mark. */
  isCalled(mark: number): boolean {
    return Atomics.load(this.#signals, SIGNAL.called) === mark
  }

  /** Tells the main thread how far the stage has come. */
  report(progress: number): void {
    Atomics.store(this.#signals, SIGNAL.progress, progress)
  }

  #claim(): number {
    return Atomics.add(this.#signals, SIGNAL.claim, 1)
  }

  #leaveIfAborted(): void {
    if (Atomics.load(this.#signals, SIGNAL.abort) !== 0) throw new AbortedError('the run was aborted')
  }
}
