/**
 * How every file begins that holds a run's state. The first byte is no text and the last ones are those that a transfer in
 * text mode would change.
 */
export const MAGIC = Uint8Array.of(0x89, 0x44, 0x42, 0x53, 0x44, 0x45, 0x0d, 0x0a)
