/**
 * Bounds hold whatever the networks are: trained, untrained, or made wrong on purpose. Compared with exact values in units of
 * the bounds' own standard errors.
 */
import { describe, expect, it } from 'vitest'
import { COLUMN, COLUMNS } from '../../src/bounds/plan.ts'
import type { EstimatePlan } from '../../src/estimation/plan.ts'
import { chooseKernel } from '../../src/kernels/loader.ts'
import type { Views } from '../../src/memory/views.ts'
import { loadMethod } from '../../src/methods-catalog.ts'
import { loadProblem } from '../../src/problem/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import type { SettingValue } from '../../src/problem/definition.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import type { Bounds, RunOptions } from '../../src/solution/solution.ts'
import { solve } from '../../src/solve.ts'
import { LocalSession } from '../support/local-session.ts'

/** What is done to the networks between training and estimate. */
type Damage = 'none' | 'noise' | 'reversed'

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

async function boundsOf(
  id: string,
  overrides: Record<string, SettingValue>,
  damage: Damage,
  options: RunOptions = {},
): Promise<{ bounds: Bounds; exact: number; exactError: number }> {
  const page = await loadProblem(id)
  const problem = await compileProblem(page, overrideSettings(page, overrides), { bounds: true })
  const method = await loadMethod('deep-bsde')
  const session = new DamagingSession(damage).asSession()
  const run = { iterations: 40, steps: 8, paths: 4096, seed: 5, ...options }
  const { bounds } = await method.solve(session, problem, page.published ?? null, { ...run, bounds: true })
  const reference = referenceOf(page, problem)!
  return { bounds: bounds!, exact: reference.value, exactError: reference.standardError ?? 0 }
}

/** The reference lies between the bounds, up to four of their own standard errors. */
function expectBetween({ lower, upper }: Bounds, exact: number, exactError: number): void {
  expect(lower!.value - exact).toBeLessThan(4 * Math.hypot(lower!.standardError, exactError))
  expect(exact - upper!.value).toBeLessThan(4 * Math.hypot(upper!.standardError, exactError))
}

const cases: [string, Record<string, SettingValue>, RunOptions?][] = [
  ['hjb-lq', { dim: 5 }],
  ['hjb-lq', { dim: 5, lambda: 5 }],
  ['allen-cahn', { dim: 10 }],
  ['sine-gordon', { dim: 10 }],
  ['black-scholes-different-rates', { dim: 100 }, { paths: 1024 }],
  ['black-scholes-barenblatt', { dim: 10 }],
]

describe.each(cases)('%s %j', (id, settings, options = {}) => {
  it.each<Damage>(['none', 'noise', 'reversed'])('holds with damage: %s', async (damage) => {
    const { bounds, exact, exactError } = await boundsOf(id, settings, damage, options)
    expectBetween(bounds, exact, exactError)
  })

  it('holds for untrained networks', async () => {
    const { bounds, exact, exactError } = await boundsOf(id, settings, 'none', { ...options, iterations: 1 })
    expectBetween(bounds, exact, exactError)
  })
})

describe('bounds', () => {
  it('come within 0.2 % of each other on hjb-lq, d = 100', async () => {
    const { bounds } = await boundsOf('hjb-lq', { dim: 100 }, 'none', { iterations: 200, steps: 20 })
    expect(bounds.relativeGap).toBeLessThan(0.002)
  })

  it('do not hold for another equation: the test can tell', async () => {
    const { bounds } = await boundsOf('hjb-lq', { dim: 100, lambda: 2 }, 'none')
    const page = await loadProblem('hjb-lq')
    const other = await compileProblem(page, { ...page.settings, dim: 100, lambda: 1 })
    expect(() => expectBetween(bounds, referenceOf(page, other)!.value, 0)).toThrow()
  })

  it('give the same bits for 1 and 2 workers', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map((workers) =>
        solve('black-scholes-different-rates', {
          settings: { dim: 5 },
          steps: 4,
          iterations: 5,
          paths: 512,
          bounds: true,
          workers, // biome-ignore format: one line
        }),
      ),
    )
    expect({ ...one.bounds, elapsedMs: 0 }).toEqual({ ...two.bounds, elapsedMs: 0 })
  })

  it('say why there are none', async () => {
    const { bounds } = await boundsOf('burgers-type', { dim: 5, horizon: 0.2 }, 'none')
    expect(bounds).toMatchObject({ lower: null, upper: null, missing: expect.stringContaining('convex') })
  })

  it('hold a column for each side', () => {
    expect(Object.keys(COLUMN)).toHaveLength(COLUMNS)
  })
})
