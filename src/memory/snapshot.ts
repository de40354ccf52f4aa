/** Consistent copies of parts of the shared memory, made between two iterations. */
import type { Arena, Keep } from './arena.ts'
import type { Region } from './region.ts'

/** What is copied, and where the copy lies: the regions one after another from byte offset `copy`. */
export interface SnapshotPlan {
  regions: Region[]
  copy: number
  bytes: number
}

/** @param keep how long the copy itself is needed */
export function planSnapshot(arena: Arena, regions: Region[], keep?: Keep): SnapshotPlan {
  const bytes = regions.reduce((sum, region) => sum + region.bytes, 0)
  return { regions, copy: arena.floats(bytes / 4, keep), bytes }
}

/** Copies the regions; the caller makes sure that nobody writes to them. */
export function takeSnapshot(memory: WebAssembly.Memory, { regions, copy }: SnapshotPlan): void {
  const bytes = new Uint8Array(memory.buffer)
  let to = copy
  for (const region of regions) {
    bytes.copyWithin(to, region.at, region.at + region.bytes)
    to += region.bytes
  }
}

/** Puts the copy back to where it came from. */
export function restoreSnapshot(memory: WebAssembly.Memory, { regions, copy }: SnapshotPlan): void {
  const bytes = new Uint8Array(memory.buffer)
  let from = copy
  for (const region of regions) {
    bytes.copyWithin(region.at, from, from + region.bytes)
    from += region.bytes
  }
}

/** Writes `arrays`, the regions one after another, to where they belong. */
export function scatter(memory: WebAssembly.Memory, regions: Region[], arrays: Uint8Array): void {
  let from = 0
  for (const { at, bytes } of regions) {
    new Uint8Array(memory.buffer, at, bytes).set(arrays.subarray(from, from + bytes))
    from += bytes
  }
}
