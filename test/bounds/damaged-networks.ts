/** Runs with bounds whose networks are made wrong on purpose between training and estimate. */

import type { EstimatePlans } from '../../src/estimation/estimate.ts'
import { chooseKernel } from '../../src/kernels/loader.ts'
import { loadMethod } from '../../src/methods/catalog.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { SettingValue } from '../../src/problem/definition.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import type { Bounds } from '../../src/solution/details/bounds.ts'
import type { RunOptions } from '../../src/solution/solution.ts'
import { DamagingSession, spoilBlocks } from '../support/damaging-session.ts'

/** What is done to the networks between training and estimate. */
export type Damage = 'none' | 'noise' | 'reversed'

export async function boundsOf(
  id: string,
  overrides: Record<string, SettingValue>,
  damage: Damage,
  options: RunOptions = {},
): Promise<{ bounds: Bounds; exact: number; exactError: number }> {
  const page = await loadProblem(id)
  const problem = await compileProblem(page, overrideSettings(page, overrides), { bounds: true })
  const method = await loadMethod('deep-bsde')
  const session = new DamagingSession<EstimatePlans>(chooseKernel(), (views, { estimate: { training } }) =>
    spoilBlocks(views, training.blocks, damage),
  )
  const run = { iterations: 40, steps: 8, paths: 4096, seed: 5, ...options }
  const { bounds } = await method.solve(session, problem, page.published ?? null, { ...run, bounds: true })
  const reference = referenceOf(page, problem)!
  return { bounds: bounds!, exact: reference.value, exactError: reference.standardError ?? 0 }
}
