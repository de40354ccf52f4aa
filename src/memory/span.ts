/** A part of the shared memory: byte offset and length, both multiples of 4. */
export interface Span {
  at: number
  bytes: number
}
