/** A shared memory with kernels over it and a team of one, for tests that call one part of the engine by itself. */

import type { KernelName } from '../../src/kernels/interface.ts'
import { compileKernels, supportedKernels } from '../../src/kernels/loader.ts'
import { Arena, allocate } from '../../src/memory/arena.ts'
import { padded } from '../../src/memory/rows.ts'
import { openContext, type WorkerContext } from '../../src/parallel/context.ts'
import { SIGNAL_WORDS } from '../../src/parallel/signals.ts'
import type { Random } from '../../src/problem/sample.ts'

const LIMIT = 2 ** 28

/** Every back end of this runtime, the oracle among them. */
export const kernelNames: KernelName[] = supportedKernels()

/**
 * Plans memory with `plan`, allocates it and opens a context of a team of one over it. The arrays hold zeros.
 */
export async function openWorkspace<Plan>(
  kernel: KernelName,
  plan: (arena: Arena) => Plan,
): Promise<{ context: WorkerContext; plan: Plan }> {
  const arena = new Arena()
  const signals = arena.integers(SIGNAL_WORDS)
  const planned = plan(arena)
  const memory = allocate(arena.bytes, LIMIT, '')
  const module = await compileKernels(kernel)
  return {
    context: openContext({ memory, signals, kernel, module, rank: 0, workers: 1 }),
    plan: planned,
  }
}

/** Writes `draw()` into a padded [rows×cols] matrix at a byte offset, its padding zero. */
export function fillMatrix(
  floats: Float32Array,
  at: number,
  rows: number,
  cols: number,
  draw: () => number,
): void {
  const width = padded(cols)
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < width; j++) floats[at + r * width + j] = j < cols ? draw() : 0
  }
}

/** The rows of a padded [rows×cols] matrix at a byte offset. */
export function readMatrix(floats: Float32Array, at: number, rows: number, cols: number): number[][] {
  const width = padded(cols)
  return Array.from({ length: rows }, (_, r) =>
    Array.from(floats.subarray(at + r * width, at + r * width + cols)),
  )
}

/** Uniform on (low, high). */
export const between = (random: Random, low: number, high: number) => () => low + (high - low) * random()
