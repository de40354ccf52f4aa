/** Words of the control block that the main thread and the workers share, as indices into an Int32Array. */
export const CONTROL = {
  /** Workers that have arrived at the barrier. */
  arrived: 0,
  /** Counts barriers passed; what waiting workers sleep on. */
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
} as const

export const CONTROL_WORDS = 16

/** Makes every worker that waits, or comes to a barrier, leave the run with an `AbortedError`. */
export function abortTeam(control: Int32Array): void {
  Atomics.store(control, CONTROL.abort, 1)
  Atomics.notify(control, CONTROL.generation)
}

/** Asks the workers to end the current stage after the iteration they are in. */
export function stopTeam(control: Int32Array): void {
  Atomics.store(control, CONTROL.stop, 1)
}
