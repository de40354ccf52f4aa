/** Every file of problems/control/ by itself: adding a problem adds its tests. */

import { describe, expect, it } from 'vitest'
import { compileControl } from '../../src/control/compile.ts'
import type { CompiledControl } from '../../src/control/compiled.ts'
import { listProblems } from '../../src/page/catalog.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { programAt } from '../../src/program/calls.ts'
import type { ProgramFunction } from '../../src/program/program.ts'
import { loadProblems } from '../support/problems.ts'
import { localTrainer } from './local.ts'

const pages = await loadProblems('control')
/** Pages of a hundred dimensions are checked in six: the formulas are the same. */
const small = (settings: { dim: number }): Record<string, number> => (settings.dim > 10 ? { dim: 6 } : {})

it('finds every page by its file', async () => {
  expect(pages.map(({ id }) => id)).toEqual(await listProblems('control'))
  expect(pages.length).toBeGreaterThanOrEqual(9)
})

describe.each(pages)('$id', (page) => {
  const dims = small(page.settings)

  it('says what it is and where it is from', () => {
    for (const key of ['title', 'source', 'group', 'exercises'] as const) expect(page[key]).toBeTruthy()
  })

  it('has adjoints that agree with differences', async () => {
    const problem = await compileControl(page, { ...page.settings, ...dims })
    const { step, stepAdjoint, predict, predictAdjoint, correct, correctAdjoint } = problem.functions
    const random = seededRandom(7)
    for (let k = 0; k < 5; k++) {
      checkAdjoint(problem, random, step, stepAdjoint, ['x', 'v', 'w'])
      if (predict && predictAdjoint) checkAdjoint(problem, random, predict, predictAdjoint, ['x', 'v', 'w'])
      if (correct && correctAdjoint)
        checkAdjoint(problem, random, correct, correctAdjoint, ['x', 'v', 'xs', 'vs'])
      checkTerminal(problem, random)
    }
  })

  it('has a finite reference at its own settings, or says nothing', () => {
    const dim = page.settings.dim
    const x0 =
      page.id === 'energy-storage'
        ? [0.15, 0, 0]
        : page.id === 'execution-predictors'
          ? [0, 0, 1]
          : new Array(dim).fill(0.5)
    const at = { settings: page.settings, dim, x0: Float64Array.from(x0), functions: {} }
    const reference = referenceOf(page, at)
    if (page.reference === undefined) expect(reference).toBeNull()
    else expect(reference?.value).toSatisfy(Number.isFinite)
  })

  it('keeps its constraints whatever the networks say', async () => {
    const { context, problem, plan, trainer } = await localTrainer(page, { settings: dims, kernel: 'simd' })
    trainer.prepare()
    const { rollout } = trainer
    rollout.isExploring = true
    const values = plan.workers[0].lEnd
    const { constraints } = rollout.calls
    if (constraints === null) return
    for (let iteration = 0; iteration < 4; iteration++) {
      rollout.forward(2, iteration, 0, 64)
      for (let n = 0; n < plan.grid.steps; n++) {
        // lEnd may be narrower than the constraints: four rows at a time are enough of them.
        for (let r = 0; r < 64; r += 4) {
          const row = (at: number, cols: number) => at + r * ((cols + 3) & ~3)
          const [x, v] = [row(rollout.x(n), problem.dim), row(rollout.v(n), problem.rawDim)]
          constraints(4, n * plan.grid.dt, { dt: plan.grid.dt, x, v, values })
          const width = (problem.constraintCount + 3) & ~3
          for (let k = 0; k < 4 * width; k++) {
            if (k % width < problem.constraintCount) {
              expect(context.views.floats[values + k]).toBeGreaterThanOrEqual(-1e-6)
            }
          }
        }
      }
    }
  })
})

type Random = ReturnType<typeof seededRandom>

function sizes({ dim, rawDim, noiseDim }: CompiledControl): Record<string, number> {
  return { x: dim, v: rawDim, xs: dim, vs: rawDim, w: noiseDim, l: dim }
}

/** ∂(l·next + cost) along random directions against central differences; kinks are met with probability 0. */
function checkAdjoint(
  problem: CompiledControl,
  random: Random,
  fn: ProgramFunction,
  adjoint: ProgramFunction,
  of: string[],
): void {
  const size = sizes(problem)
  const inputs = Object.fromEntries(
    [...of, 'l'].map((name) => [name, normalVector(random, size[name]).map((v) => 0.3 * v)]),
  )
  const [t, dt] = [0.3 * problem.horizon, problem.horizon / (problem.steps ?? 10)]
  const at = (point: Record<string, Float64Array>) => ({ ...point, dt }) as typeof point & { dt: number }
  const value = (point: Record<string, Float64Array>) => {
    const { next, xs, cost } = programAt(problem, fn)(t, at(point))
    return (next ?? xs).reduce((sum, entry, i) => sum + entry * point.l[i], 0) + (cost?.[0] ?? 0)
  }
  const slopes = programAt(problem, adjoint)(t, at(inputs))
  for (const name of of.filter((each) => each !== 'w')) {
    const direction = normalVector(random, size[name])
    const moved = (s: number) => ({
      ...inputs,
      [name]: inputs[name].map((entry, i) => entry + s * direction[i]),
    })
    const h = 1e-5
    const difference = (value(moved(h)) - value(moved(-h))) / (2 * h)
    const derived = slopes[`d${name}`].reduce((sum, entry, i) => sum + entry * direction[i], 0)
    expect(Math.abs(difference - derived)).toBeLessThan(1e-6 * (1 + Math.abs(derived)))
  }
}

function checkTerminal(problem: CompiledControl, random: Random): void {
  const x = normalVector(random, problem.dim).map((v) => 0.3 * v)
  const direction = normalVector(random, problem.dim)
  const terminal = programAt(problem, problem.functions.terminal)
  const at = (s: number) => terminal(problem.horizon, { dt: 0, x: x.map((v, i) => v + s * direction[i]) })
  const derived = at(0).l.reduce((sum, entry, i) => sum + entry * direction[i], 0)
  const h = 1e-5
  const difference = (at(h).cost[0] - at(-h).cost[0]) / (2 * h)
  expect(Math.abs(difference - derived)).toBeLessThan(1e-6 * (1 + Math.abs(derived)))
}
