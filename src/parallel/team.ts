/**
 * The workers of one run as each of them sees it: phases of claimed work that end in a barrier.
 *
 * Which worker takes which piece is left to chance, for balance; a piece must therefore write only its own
 * output, in an order of operations that is its own. Then the bits of the result cannot depend on the number of
 * workers or on their speed.
 */
import { CONTROL } from './control.ts'

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

export class Team {
  readonly rank: number
  readonly size: number
  readonly #control: Int32Array
  /** How often the team was asked whether to stop. */
  #questions = 0

  constructor(control: Int32Array, rank: number, size: number) {
    this.#control = control
    this.rank = rank
    this.size = size
  }

  /** Runs `body` for every piece 0 … pieces−1, each on one worker of the team, and waits until all are done. */
  forEach(pieces: number, body: (piece: number) => void): void {
    for (let piece = this.#claim(); piece < pieces; piece = this.#claim()) body(piece)
    this.barrier()
  }

  /** Waits until every worker of the team is here. The last one to come resets the claims. */
  barrier(): void {
    const control = this.#control
    const generation = Atomics.load(control, CONTROL.generation)
    if (Atomics.add(control, CONTROL.arrived, 1) + 1 === this.size) {
      Atomics.store(control, CONTROL.arrived, 0)
      Atomics.store(control, CONTROL.claim, 0)
      Atomics.add(control, CONTROL.generation, 1)
      Atomics.notify(control, CONTROL.generation)
    } else {
      for (let spin = 0; spin < SPINS && Atomics.load(control, CONTROL.generation) === generation; spin++);
      while (Atomics.load(control, CONTROL.generation) === generation) {
        this.#leaveIfAborted()
        Atomics.wait(control, CONTROL.generation, generation, WATCHDOG_MS)
      }
    }
    this.#leaveIfAborted()
  }

  /**
   * Whether to end the stage, since the main thread asked for it or the first worker finds it `done`: one answer for the
   * whole team, whenever it was asked.
   */
  shouldStop(done = false): boolean {
    const control = this.#control
    const question = ++this.#questions
    // The answer is the number of the question, for the first worker may be at the next one before another has read this.
    if (this.rank === 0 && (done || this.isAsked)) {
      Atomics.store(control, CONTROL.decision, question)
    }
    this.barrier()
    return Atomics.load(control, CONTROL.decision) === question
  }

  /** Whether the main thread asked for the end of the stage. */
  get isAsked(): boolean {
    return Atomics.load(this.#control, CONTROL.stop) !== 0
  }

  /**
   * Calls the team together behind the phase that it is in, from within a piece of it: without a barrier of its own that costs
   * nothing where nobody calls.
   *
   * @param mark not 0, and another one than in the phase before
   */
  call(mark: number): void {
    Atomics.store(this.#control, CONTROL.called, mark)
  }

  /** Whether a piece of the phase that has just ended called with this mark. */
  isCalled(mark: number): boolean {
    return Atomics.load(this.#control, CONTROL.called) === mark
  }

  /** Tells the main thread how far the stage has come. */
  report(progress: number): void {
    Atomics.store(this.#control, CONTROL.progress, progress)
  }

  #claim(): number {
    return Atomics.add(this.#control, CONTROL.claim, 1)
  }

  #leaveIfAborted(): void {
    if (Atomics.load(this.#control, CONTROL.abort) !== 0) throw new AbortedError('the run was aborted')
  }
}
