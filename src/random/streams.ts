/** Philox keys are (seed, stream): each use of random numbers has a stream of its own, so that none repeats another's. */
export const STREAM = {
  initialisation: 0,
  /** Paths that fix scales before training. */
  pilot: 1,
  training: 2,
  /** Paths that training never saw. */
  estimate: 3,
  /** Starting points drawn from a region. */
  region: 4,
  sample: 5,
  /** Random controls, before there are trained ones. */
  exploration: 6,
  /** Increments and times of multilevel Picard. */
  picard: 7,
  /** Paths of the lower and upper bounds. */
  bounds: 8,
  /** Paths of optimal stopping, those that its rule is fitted to (iteration 0) and fresh ones (1), and its features (2). */
  stopping: 9,
  /** Signs of displacements from x₀. */
  hessian: 10,
} as const
