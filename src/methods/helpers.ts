/** Rounds of fresh paths done by other machines, as the method sees them: text and numbers out, numbers in. */

/** A run whose networks are trained, at the start of its fresh paths. */
export interface RunState {
  /** Of its bounds, and what these take Ẑ from; of its estimate unless given. */
  source?: number
  /** What options are after defaults: a helper with other defaults cannot take part. */
  fingerprint: string
  /** Bytes of each array. */
  regions: number[]
  /** One after another. */
  arrays: Uint8Array
}

/** Where a run's rounds are done. */
export interface Rounds {
  /**
   * The values of the round that begins with path `first`, as the method lays them out; null where the run was stopped.
   * Those after it may be begun already, up to `last`.
   */
  values(first: number, last: number): Promise<Float64Array | null>
  /** What was begun and is not needed. */
  close(): Promise<void>
}

/** Gives a run's state to whoever helps. */
export type ShareRounds = (state: RunState) => Promise<Rounds>
