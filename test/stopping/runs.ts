/** Stopping problems solved in this thread, whole or with what was learned spoilt before the limits are taken. */

import { supportedKernels } from '../../src/kernels/loader.ts'
import type { Views } from '../../src/memory/views.ts'
import { loadMethod } from '../../src/methods/catalog.ts'
import type { StoppingPlan } from '../../src/methods/stopping/plan.ts'
import { type Found, readFound } from '../../src/methods/stopping/result.ts'
import { builtInOf } from '../../src/page/catalog.ts'
import type { SettingValue } from '../../src/problem/definition.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import type { StoppingDefinition } from '../../src/problem/stopping-definition.ts'
import type { MethodResult, RunOptions } from '../../src/solution/solution.ts'
import { compileStopping } from '../../src/stopping/compile.ts'
import { DamagingSession } from '../support/damaging-session.ts'

const KERNEL = supportedKernels().includes('simd') ? 'simd' : 'reference'

/** What is done to every coefficient between fit and limits. */
export type Damage = 'none' | 'zero' | 'noise' | 'reversed'

function spoil({ doubles }: Views, { intervals, width }: StoppingPlan, damage: Damage): void {
  const random = seededRandom(5)
  for (const { coefficients } of intervals) {
    const noise = normalVector(random, width)
    for (let k = 0; k < width - 1; k++) {
      const at = coefficients + k
      if (damage === 'zero') doubles[at] = 0
      if (damage === 'reversed') doubles[at] *= -1
      if (damage === 'noise') doubles[at] += 0.3 * Math.abs(doubles[at]) * noise[k]
    }
  }
}

export interface StoppingRun extends MethodResult {
  reference: number
  referenceError: number
}

export async function runStopping(
  page: string | StoppingDefinition,
  settings: Record<string, SettingValue> = {},
  options: RunOptions = {},
  damage: Damage = 'none',
): Promise<StoppingRun> {
  const definition = typeof page === 'string' ? (await builtInOf('stopping', page))! : page
  const problem = await compileStopping(definition, overrideSettings(definition, settings))
  const method = await loadMethod('stopping')
  const session = new DamagingSession<StoppingPlan>(KERNEL, (views, plan) => spoil(views, plan, damage))
  const result = await method.solve(session, problem, null, { batchSize: 2048, paths: 4096, ...options })
  const reference = referenceOf(definition, problem)
  return {
    ...result,
    reference: reference?.value ?? Number.NaN,
    referenceError: reference?.standardError ?? 0,
  }
}

/** What each grid of dates found. */
export async function foundsOf(page: StoppingDefinition, options: RunOptions): Promise<Found[]> {
  const problem = await compileStopping(page)
  const method = await loadMethod('stopping')
  const seen: [Views, StoppingPlan][] = []
  const session = new DamagingSession<StoppingPlan>(KERNEL, (views, plan) => seen.push([views, plan]))
  await method.solve(session, problem, null, options)
  return seen.map(([views, plan]) => readFound(views, problem, plan))
}

/** How many of its own standard errors each limit lies on the wrong side of the reference; negative on the right one. */
export function beyond({ limits, reference, referenceError }: StoppingRun): [number, number] {
  const { lower, upper } = limits!
  return [
    (lower.value - reference) / Math.hypot(lower.standardError, referenceError),
    (reference - upper.value) / Math.hypot(upper.standardError, referenceError),
  ]
}
