/** Runs with bounds whose networks are made wrong on purpose between training and estimate. */
import type { EstimatePlan } from '../../src/estimation/plan.ts'
import { chooseKernel } from '../../src/kernels/loader.ts'
import type { Views } from '../../src/memory/views.ts'
import { loadMethod } from '../../src/methods/catalog.ts'
import { loadProblem } from '../../src/problem/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import type { SettingValue } from '../../src/problem/definition.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import type { Bounds, RunOptions } from '../../src/solution/solution.ts'
import { LocalSession } from '../support/local-session.ts'

/** What is done to the networks between training and estimate. */
export type Damage = 'none' | 'noise' | 'reversed'

/** A session that damages every trained number before the estimate. */
class DamagingSession extends LocalSession {
  readonly #damage: Damage
  #memory: Views | null = null

  constructor(damage: Damage) {
    super(chooseKernel())
    this.#damage = damage
  }

  override allocate(remedy: string): Views {
    this.#memory = super.allocate(remedy)
    return this.#memory
  }

  override async run(
    id: string,
    stage: string,
    problem: CompiledProblem,
    plan: unknown,
    onProgress: (progress: number) => void,
  ): Promise<void> {
    if (stage === 'estimate') this.#spoil(plan as EstimatePlan)
    await super.run(id, stage, problem, plan, onProgress)
  }

  #spoil({ training }: EstimatePlan): void {
    const { floats } = this.#memory!
    const random = seededRandom(99)
    for (const { theta, count } of training.blocks) {
      const noise = normalVector(random, count)
      for (let k = 0; k < count; k++) {
        const at = theta / 4 + k
        if (this.#damage === 'reversed') floats[at] *= -3
        if (this.#damage === 'noise') floats[at] += 0.3 * noise[k]
      }
    }
  }
}

export async function boundsOf(
  id: string,
  overrides: Record<string, SettingValue>,
  damage: Damage,
  options: RunOptions = {},
): Promise<{ bounds: Bounds; exact: number; exactError: number }> {
  const page = await loadProblem(id)
  const problem = await compileProblem(page, overrideSettings(page, overrides), { bounds: true })
  const method = await loadMethod('deep-bsde')
  const session = new DamagingSession(damage)
  const run = { iterations: 40, steps: 8, paths: 4096, seed: 5, ...options }
  const { bounds } = await method.solve(session, problem, page.published ?? null, { ...run, bounds: true })
  const reference = referenceOf(page, problem)!
  return { bounds: bounds!, exact: reference.value, exactError: reference.standardError ?? 0 }
}
