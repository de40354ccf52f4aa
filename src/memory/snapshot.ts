/** Consistent copies of parts of the shared memory, made between two iterations. */
import type { Arena, Keep } from './arena.ts'
import type { Span } from './span.ts'

/** What is copied, and where the copy lies: the spans one after another from byte offset `copy`. */
export interface SnapshotPlan {
  spans: Span[]
  copy: number
  bytes: number
}

/** @param keep how long the copy itself is needed */
export function planSnapshot(arena: Arena, spans: Span[], keep?: Keep): SnapshotPlan {
  const bytes = spans.reduce((sum, span) => sum + span.bytes, 0)
  return { spans, copy: 4 * arena.floats(bytes / 4, keep), bytes }
}

/** Copies the spans; the caller makes sure that nobody writes to them. */
export function takeSnapshot(memory: WebAssembly.Memory, { spans, copy }: SnapshotPlan): void {
  const bytes = new Uint8Array(memory.buffer)
  let to = copy
  for (const span of spans) {
    bytes.copyWithin(to, span.at, span.at + span.bytes)
    to += span.bytes
  }
}

/** Puts the copy back to where it came from. */
export function restoreSnapshot(memory: WebAssembly.Memory, { spans, copy }: SnapshotPlan): void {
  const bytes = new Uint8Array(memory.buffer)
  let from = copy
  for (const span of spans) {
    bytes.copyWithin(span.at, from, from + span.bytes)
    from += span.bytes
  }
}

/** Writes `arrays`, the spans one after another, to where they belong. */
export function scatter(memory: WebAssembly.Memory, spans: Span[], arrays: Uint8Array): void {
  let from = 0
  for (const { at, bytes } of spans) {
    new Uint8Array(memory.buffer, at, bytes).set(arrays.subarray(from, from + bytes))
    from += bytes
  }
}
