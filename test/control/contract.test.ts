/** Every file of problems/control/ by itself: adding a problem adds its tests. */

import { describe, expect, it } from 'vitest'
import { compileControl } from '../../src/control/compile.ts'
import type { CompiledControl, ControlFunction } from '../../src/control/compiled.ts'
import { loadBatchFunction } from '../../src/formulas/load.ts'
import { listProblems, loadProblems } from '../../src/page/catalog.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
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
    const { step, stepAdjoint, predict, predictAdjoint, correct, correctAdjoint, terminal } =
      problem.functions
    const random = seededRandom(7)
    for (let k = 0; k < 5; k++) {
      checkAdjoint(problem, random, step, stepAdjoint, ['x', 'v', 'w'])
      if (predict && predictAdjoint) checkAdjoint(problem, random, predict, predictAdjoint, ['x', 'v', 'w'])
      if (correct && correctAdjoint)
        checkAdjoint(problem, random, correct, correctAdjoint, ['x', 'v', 'xs', 'vs'])
      checkTerminal(problem, random, terminal)
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
    const out = { at: plan.workers[0].lEnd, cols: problem.constraintCount }
    const { constraints } = rollout.calls
    if (constraints === null) return
    for (let iteration = 0; iteration < 4; iteration++) {
      rollout.forward(2, iteration, 0, 64)
      for (let n = 0; n < plan.grid.steps; n++) {
        // lEnd may be narrower than the constraints: four rows at a time are enough of them.
        for (let r = 0; r < 64; r += 4) {
          const [x, v] = [rollout.x(n), rollout.v(n)]
          const row = (cols: number) => 4 * r * ((cols + 3) & ~3)
          constraints.run(
            4,
            n * plan.grid.dt,
            plan.grid.dt,
            [
              { ...x, at: x.at + row(x.cols) },
              { ...v, at: v.at + row(v.cols) },
            ],
            [out],
          )
          const width = (problem.constraintCount + 3) & ~3
          for (let k = 0; k < 4 * width; k++) {
            if (k % width < problem.constraintCount) {
              expect(context.views.floats[out.at / 4 + k]).toBeGreaterThanOrEqual(-1e-6)
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

/** Runs a function on float64 arrays, products included. */
function call(
  problem: CompiledControl,
  fn: ControlFunction,
  inputs: Record<string, Float64Array>,
  outputs: number[],
): Float64Array[] {
  const arrays = fn.inputs.map((name) => inputs[name])
  for (const { matrix, input } of fn.products) {
    const { from, to, values } = problem.matrices[matrix]
    arrays.push(
      Float64Array.from({ length: to }, (_, j) => {
        let sum = 0
        for (let i = 0; i < from; i++) sum += inputs[input][i] * values[i * to + j]
        return sum
      }),
    )
  }
  const results = outputs.map((size) => new Float64Array(size))
  const t = 0.3 * problem.horizon
  const flat = (list: Float64Array[]) => list.flatMap((array) => [array, 0, array.length])
  loadBatchFunction(fn.source)(
    1,
    t,
    problem.horizon / (problem.steps ?? 10),
    ...flat(arrays),
    ...flat(results),
  )
  return results
}

/** ∂(l·next + cost) along random directions against central differences; kinks are met with probability 0. */
function checkAdjoint(
  problem: CompiledControl,
  random: Random,
  fn: ControlFunction,
  adjoint: ControlFunction,
  of: string[],
): void {
  const size = sizes(problem)
  const inputs = Object.fromEntries(
    [...of, 'l'].map((name) => [name, normalVector(random, size[name]).map((v) => 0.3 * v)]),
  )
  const isWithCost = fn !== problem.functions.predict
  const value = (at: Record<string, Float64Array>) => {
    const [next, cost] = call(problem, fn, at, isWithCost ? [problem.dim, 1] : [problem.dim])
    return next.reduce((sum, entry, i) => sum + entry * at.l[i], 0) + (isWithCost ? cost[0] : 0)
  }
  const wanted = of.filter((name) => name !== 'w')
  const gradients = call(
    problem,
    adjoint,
    inputs,
    wanted.map((name) => size[name]),
  )
  wanted.forEach((name, k) => {
    const direction = normalVector(random, size[name])
    const moved = (s: number) => ({
      ...inputs,
      [name]: inputs[name].map((entry, i) => entry + s * direction[i]),
    })
    const h = 1e-5
    const difference = (value(moved(h)) - value(moved(-h))) / (2 * h)
    const derived = gradients[k].reduce((sum, entry, i) => sum + entry * direction[i], 0)
    expect(Math.abs(difference - derived)).toBeLessThan(1e-6 * (1 + Math.abs(derived)))
  })
}

function checkTerminal(problem: CompiledControl, random: Random, fn: ControlFunction): void {
  const x = normalVector(random, problem.dim).map((v) => 0.3 * v)
  const direction = normalVector(random, problem.dim)
  const value = (s: number) =>
    call(problem, fn, { x: x.map((entry, i) => entry + s * direction[i]) }, [1, problem.dim])[0][0]
  const [, gradient] = call(problem, fn, { x }, [1, problem.dim])
  const derived = gradient.reduce((sum, entry, i) => sum + entry * direction[i], 0)
  const h = 1e-5
  expect(Math.abs((value(h) - value(-h)) / (2 * h) - derived)).toBeLessThan(1e-6 * (1 + Math.abs(derived)))
}
