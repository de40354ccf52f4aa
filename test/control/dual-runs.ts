/** Runs of the policy method with bounds on one thread, with networks or penalty spoiled on purpose. */

import { expect } from 'vitest'
import { compileControl } from '../../src/control/compile.ts'
import type { CompiledControl } from '../../src/control/compiled.ts'
import type { ControlDefinition } from '../../src/control/definition.ts'
import { dualOf } from '../../src/control/dual/compiled.ts'
import { DualFunctions } from '../../src/control/dual/functions.ts'
import { InnerProblem } from '../../src/control/dual/inner.ts'
import { DualArrays, type DualPlan } from '../../src/control/dual/plan.ts'
import type { PolicyEstimatePlan } from '../../src/control/estimate-plan.ts'
import { chooseKernel } from '../../src/kernels/loader.ts'
import { loadMethod } from '../../src/methods/catalog.ts'
import type { Compiled } from '../../src/methods/compiled.ts'
import { builtInOf } from '../../src/page/catalog.ts'
import { timeAt } from '../../src/paths/grid.ts'
import type { SettingValue } from '../../src/problem/definition.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import type { Bounds } from '../../src/solution/details/bounds.ts'
import type { MethodResult, RunOptions } from '../../src/solution/solution.ts'
import { DamagingSession, spoilBlocks } from '../support/damaging-session.ts'
import { SIGMAS } from '../support/statistics.ts'

/** What is done to the networks before the estimate: noise on every parameter, or times −3. */
export type Damage = 'none' | 'noise' | 'reversed'

class DualSession extends DamagingSession<PolicyEstimatePlan> {
  plan: DualPlan | null = null

  override async run(...args: Parameters<DamagingSession<PolicyEstimatePlan>['run']>): Promise<void> {
    const [, stage, , plan] = args
    if (stage === 'bounds') this.plan = plan as DualPlan
    await super.run(...args)
  }
}

export interface DualRun extends MethodResult {
  bounds: Bounds
  problem: CompiledControl
  session: DualSession
  readonly reference: number
}

export async function boundsOf(
  page: string | ControlDefinition,
  options: RunOptions & { settings?: Record<string, SettingValue>; damage?: Damage } = {},
): Promise<DualRun> {
  const { settings = {}, damage = 'none', ...run } = options
  const whole = typeof page === 'string' ? (await builtInOf('control', page))! : page
  // The batches that look for what more training gains are multiples of the page's own.
  const training = { ...whole.training, batchSize: run.batchSize ?? 64 }
  const definition = { ...whole, training }
  const problem = await compileControl(definition, overrideSettings(definition, settings), { bounds: true })
  const session = new DualSession(chooseKernel(), (views, { policy }) =>
    spoilBlocks(views, new Set(policy.blocks), damage),
  )
  const method = await loadMethod('policy')
  const solve = method.solve as (...args: unknown[]) => Promise<MethodResult>
  const result = await solve(session, problem as Compiled, null, { ...run, bounds: true })
  return {
    ...result,
    bounds: result.bounds!,
    problem,
    session,
    // Some are tables that take a second.
    get reference() {
      return referenceOf(definition, problem)?.value ?? Number.NaN
    },
  }
}

/** lower ≤ exact ≤ upper, each within four of its own standard errors. */
export function expectAround({ bounds, problem }: DualRun, exact: number, allowance = 0): void {
  const { lower, upper } = bounds
  const least = lower === null ? Number.NEGATIVE_INFINITY : lower.value - SIGMAS * lower.standardError
  const most = upper === null ? Number.POSITIVE_INFINITY : upper.value + SIGMAS * upper.standardError
  expect(least - allowance).toBeLessThanOrEqual(exact)
  expect(most + allowance).toBeGreaterThanOrEqual(exact)
  // The dual's side is never lost; a ruined policy may have no finite mean.
  const dual = problem.sign > 0 ? lower : upper
  expect(dual).not.toBeNull()
  // On the same paths, no policy costs less than hindsight; the policy's paths are single precision.
  if (lower && upper) expect(upper.value).toBeGreaterThan(lower.value - 1e-5 * Math.abs(exact))
}

export function functionsOf({ session, problem }: DualRun): DualFunctions {
  const { sizes, estimate } = session.plan!
  const { dt, horizon } = estimate.policy.grid
  return new DualFunctions(dualOf(problem, 'quadratic')!, sizes, dt, horizon)
}

export function innerOf(run: DualRun): InnerProblem {
  const { session, problem } = run
  const inner = new InnerProblem(session.memory!.doubles, problem, session.plan!, functionsOf(run))
  inner.prepare()
  return inner
}

/** Noise of one path, [steps][noise], on its way into the inner problem. */
export function drawNoise(run: DualRun, inner: InnerProblem, random: () => number): Float64Array[] {
  const { sizes, steps, estimate } = run.session.plan!
  const deviation = run.problem.isDiscrete ? 1 : Math.sqrt(estimate.policy.grid.dt)
  return Array.from({ length: steps }, (_, n) => {
    const w = normalVector(random, sizes.noise).map((value) => deviation * value)
    const { array, at } = inner.noise(n)
    array.set(w, at)
    return w
  })
}

/** Cost less penalty along the noise under controls [steps][controls], step by step as the page has it. */
export function costWithHindsight(run: DualRun, noise: Float64Array[], controls: Float64Array[]): number {
  const { sizes, estimate } = run.session.plan!
  const { grid } = estimate.policy
  const arrays = new DualArrays(run.session.memory!.doubles, run.session.plan!)
  const [gain, level, square] = [arrays.of('gain'), arrays.of('level'), arrays.of('square')]
  const functions = functionsOf(run)
  const variance = run.problem.isDiscrete ? 1 : grid.dt
  const early = sizes.dim + sizes.control
  const slope = new Float64Array(sizes.all)
  let x = Float64Array.from(run.problem.x0)
  let cost = 0
  noise.forEach((w, n) => {
    const z = Float64Array.from([...x, ...controls[n], ...w])
    const next = new Float64Array(sizes.dim)
    cost += functions.step(timeAt(grid, n), z, 0, next, 0, slope, 0)
    for (let i = 0; i < sizes.noise; i++) {
      let inner = level[n][i]
      for (let j = 0; j < early; j++) inner += gain[n][i * early + j] * z[j]
      cost -= w[i] * inner
      for (let j = 0; j < sizes.noise; j++) cost -= 0.5 * square[n][i * sizes.noise + j] * w[i] * w[j]
      cost += 0.5 * square[n][i * (sizes.noise + 1)] * variance
    }
    x = next
  })
  return cost + functions.terminal(x, 0, slope, 0)
}

/** Adds noise to everything that the penalty is made of, in units of its own size. */
export function spoilPenalty({ session }: DualRun, size: number): void {
  const arrays = new DualArrays(session.memory!.doubles, session.plan!)
  const random = seededRandom(7)
  for (const name of ['gain', 'level', 'square'] as const) {
    for (const values of arrays.of(name)) {
      const scale = size * Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
      normalVector(random, values.length).forEach((noise, k) => {
        values[k] += scale * noise
      })
    }
  }
}
