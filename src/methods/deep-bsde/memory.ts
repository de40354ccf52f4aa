/** How much memory a training run takes at the very least. */

import { floatBytes } from '../../memory/span.ts'
import { isWide } from '../../paths/wide.ts'
import type { Published } from '../../problem/definition.ts'
import type { RunOptions } from '../../solution/solution.ts'
import { publishedSteps } from './defaults.ts'

/** What every choice of options exceeds. */
const FEWEST_STEPS = 10
const FEWEST_ROWS = 4
const PILOT_ROWS = 64
/** X, Z, its gradient and ΔW of a row; and three skips of a step with both moments. */
const ROW_FLOATS = 4
const SKIP_FLOATS = 9

/**
 * States of a batch, and of each worker's pilot paths, at every time step; where there are so many dimensions that the latter are not
 * stored, what else every step has.
 */
export function fewestBytes(
  dim: number,
  published: Published | null,
  options: RunOptions,
  workers: number,
): number {
  const steps = options.steps ?? publishedSteps(published, options, dim) ?? FEWEST_STEPS
  const batch = options.batchSize ?? FEWEST_ROWS
  if (isWide(dim)) return floatBytes(steps * (ROW_FLOATS * batch + SKIP_FLOATS) * dim)
  return floatBytes((steps + 1) * (batch + workers * PILOT_ROWS) * dim)
}
