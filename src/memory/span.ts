/** A part of the shared memory: byte offset and length, both multiples of 4. */
export interface Span {
  at: number
  bytes: number
}

/** Bytes of `count` float32. */
export function floatBytes(count: number): number {
  return 4 * count
}
