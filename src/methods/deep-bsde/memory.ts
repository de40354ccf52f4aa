/** How much memory a training run takes at the very least. */

import { isWide } from '../../paths/wide.ts'
import type { Published } from '../../problem/definition.ts'
import type { RunOptions } from '../../solution/solution.ts'

/** What every choice of options exceeds. */
const FEWEST_STEPS = 10
const FEWEST_ROWS = 4
const PILOT_ROWS = 64
const FLOAT_BYTES = 4

/** States of a batch at every time step, and of each worker's pilot paths, as far as these are stored. */
export function fewestBytes(
  dim: number,
  published: Published | null,
  options: RunOptions,
  workers: number,
): number {
  const steps = options.steps ?? published?.steps ?? FEWEST_STEPS
  const rows = (options.batchSize ?? FEWEST_ROWS) + (isWide(dim) ? 0 : workers * PILOT_ROWS)
  return FLOAT_BYTES * (steps + 1) * rows * dim
}
