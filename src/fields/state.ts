/** Numbers of a run that outlive an iteration: what is learned besides the networks, and where learning stands. */

/** Words of `FieldPlan.state`. */
export const STATE = {
  /** Y₀ (a shift of the value network over a region). */
  y0: 0,
  y0FirstMoment: 1,
  y0SecondMoment: 2,
  /** The units that the networks write Z in, the vector Z₀, and the value network Y₀. */
  zScale: 3,
  z0Scale: 4,
  yScale: 5,
  /** Iterations done: where a resumed run goes on. */
  iteration: 6,
  /** The iteration that the `plateau` schedule descends from; infinite before it does. */
  descent: 7,
  /** Times that the run went back to a lower rate; the iteration at which Adam's moments began. */
  rollbacks: 8,
  momentsFrom: 9,
  /** Over a region Y₀ = y0 + network + a·(g(X₀) − centre): a and its Adam moments. */
  valueSkip: 10,
  valueSkipFirstMoment: 11,
  valueSkipSecondMoment: 12,
  /** 1 once the skips were solved for at the end; see `Refit`. */
  skipsSolved: 13,
  /** The mean of g(X₀) over the region. */
  valueCentre: 14,
  /** 1 where g jumps, but on no pilot path, and paths go where they go whatever is learned: then nothing is, and the skips stay. */
  isSilent: 15,
  /** What a value next to nothing is small against: yScale, but 0 where g is 0 on every pilot path and that unit is nobody's. */
  valueScale: 16,
} as const
export const STATE_WORDS = 17

/** Columns of the history: loss, estimate of Y₀, learning rate, milliseconds since the stage began. */
export const HISTORY = { loss: 0, estimate: 1, rate: 2, elapsedMs: 3 } as const
export const HISTORY_COLUMNS = 4
