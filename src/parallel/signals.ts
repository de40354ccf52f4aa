/** Words of the block that the main thread and the workers share, as indices into an Int32Array. */
export const SIGNAL = {
  /** Workers that have arrived at the barrier. */
  arrived: 0,
  /** Counts barriers passed, and how many workers rest; in one word, see `team.ts`. What waiting workers sleep on. */
  generation: 1,
  /** Not 0 once the run must end at once; see `ABORT`. */
  abort: 2,
  /** The next piece of work of the current phase. */
  claim: 3,
  /** Asks the workers to end the stage after the current iteration. */
  stop: 4,
  /** The question, by its number, that the first worker answered with a stop; the others follow it. */
  decision: 5,
  /** Progress of the stage: iterations done, or rounds of paths. */
  progress: 6,
  /** Whether the main thread wants a copy of the run's state, or has one to read; see `snapshots.ts`. */
  snapshot: 7,
  /** The mark that a piece of work called the team together with; see `Team.call`. */
  called: 8,
  /** How many workers are to rest from the next barrier on; what they sleep on. */
  rest: 9,
} as const

export const SIGNAL_WORDS = 16

/** Makes every worker that waits, or comes to a barrier, leave the run with an `AbortedError`. */
export function abortTeam(signals: Int32Array): void {
  Atomics.store(signals, SIGNAL.abort, 1)
  Atomics.notify(signals, SIGNAL.generation)
  Atomics.notify(signals, SIGNAL.rest)
}

/** Asks the workers to end the current stage after the iteration they are in. */
export function stopTeam(signals: Int32Array): void {
  Atomics.store(signals, SIGNAL.stop, 1)
}
