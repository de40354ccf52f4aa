/** How much memory a run may take where nobody says: of the machine, or of the container that it runs in. */
import { totalmem } from 'node:os'
import { MOST_BYTES } from './arena.ts'

/** Node itself with the parser, and a worker's heap with its code. */
const PROCESS_BYTES = 160 * 2 ** 20
const WORKER_BYTES = 48 * 2 ** 20
/** However small the machine: a small problem takes no more. */
const LEAST_BYTES = 32 * 2 ** 20

/** Bytes of the machine, or of its container where that has fewer. */
export function machineBytes(): number {
  const constrained = process.constrainedMemory?.() ?? 0
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
}

/** Half of it, and no more than what Node and the workers leave. @param bytes of the machine */
export function defaultMemoryLimit(workers: number, bytes = machineBytes()): number {
  const left = bytes - PROCESS_BYTES - workers * WORKER_BYTES
  return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.min(bytes / 2, left)))
}
