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
  /** Samples of the noise of optimal stopping's steps, where its variance is too long a sum. */
  stoppingVariance: 11,
  /** Endpoints of the estimate, which know no path. */
  endpoints: 12,
} as const

/** From here on streams are those of methods that name none above; their numbers are hashes of the methods' ids. */
const FIRST_OF_METHODS = 2 ** 31

/** The stream of a method by its id, so that a new one takes nobody's: FNV-1a over its characters, 31 bits of it. */
export function streamOf(method: string): number {
  let hash = 0x811c9dc5
  for (const character of method) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0
  return FIRST_OF_METHODS + (hash >>> 1)
}
