/**
 * Very many dimensions: a path is millions of numbers, and a batch of them with all of its time steps would fill any memory. Fewer paths are
 * taken, each of which tells more, a few at a time, and what the counters of the random numbers give again is drawn again instead of stored.
 */

/** Beyond this many dimensions. */
export const MOST_STORED = 2 ** 16
/** Components of the paths that a worker moves at a time. */
const COMPONENTS = 2 ** 22
const FEWEST_ROWS = 4

export function isWide(dim: number): boolean {
  return dim > MOST_STORED
}

/** Paths that a worker moves at a time, a power of two; `usual` where they are not many components. */
export function rowsAtATime(dim: number, usual: number): number {
  if (!isWide(dim)) return usual
  return Math.max(FEWEST_ROWS, Math.min(usual, 2 ** Math.floor(Math.log2(COMPONENTS / dim))))
}
