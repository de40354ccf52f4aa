/** A part of the shared memory: byte offset and length, both multiples of 4. */
export interface Region {
  at: number
  bytes: number
}
