/** Least costs with hindsight: a penalty of mean 0 whatever V̂ is, exact where V̂ is, and what the answer says of the gap. */
import { describe, expect, it } from 'vitest'
import { compileControl } from '../../src/control/compile.ts'
import { type ControlDefinition, defineControlProblem } from '../../src/control/definition.ts'
import { lookBack } from '../../src/control/hindsight/hindsight.ts'
import { splitIncrements } from '../../src/control/hindsight/increments.ts'
import { KickedSkeleton } from '../../src/control/hindsight/kicked.ts'
import type { CompiledSkeleton } from '../../src/control/start/compiled.ts'
import { startsOf } from '../../src/control/start/find.ts'
import { judgeHindsight } from '../../src/control/verdict.ts'
import { withOpinion } from '../../src/entry/second-opinion.ts'
import { solve } from '../../src/entry/solve.ts'
import { builtInOf } from '../../src/page/catalog.ts'
import type { Reference } from '../../src/problem/definition.ts'
import { UniformStream } from '../../src/random/uniform.ts'
import { byDay } from '../support/night.ts'
import { doubleIntegrator, unstable, unstableValue } from './plants.ts'

async function compiled(page: ControlDefinition) {
  const problem = await compileControl(page, page.settings, { start: true })
  return { problem, sources: problem.skeleton as CompiledSkeleton }
}

const short = { iterations: 40, batchSize: 64, paths: 4096, workers: 1 }

describe('a path of the noise', () => {
  it('is the same on two grids, its increments between the middles of steps', () => {
    const draw = splitIncrements(new UniformStream(1, 2, 3), { noiseDim: 2, horizon: 1.5 }, 8)
    const [fine, coarse] = [draw(1), draw(2)]
    expect([fine.length, coarse.length]).toEqual([18, 10])
    for (let j = 0; j < 2; j++) {
      const total = (all: Float64Array) => all.reduce((sum, w, k) => sum + (k % 2 === j ? w : 0), 0)
      expect(total(coarse)).toBeCloseTo(total(fine), 12)
    }
    let [square, count] = [0, 0]
    for (let path = 0; path < 2000; path++) {
      const one = splitIncrements(new UniformStream(1, 2, path), { noiseDim: 1, horizon: 1.5 }, 8)(1)
      for (let n = 0; n <= 8; n++) {
        square += one[n] ** 2 / (n % 8 === 0 ? 0.5 : 1)
        count++
      }
    }
    expect(Math.abs(square / count / (1.5 / 8) - 1)).toBeLessThan(4 * Math.sqrt(2 / count))
  })

  it.each([
    Number.POSITIVE_INFINITY,
    2,
  ])('costs no less in the mean with the penalty of any V̂, and its slopes agree with differences: reach %f', async (reach) => {
    const { problem, sources } = await compiled(doubleIntegrator)
    const [steps, dim] = [10, 2]
    const [whole, plain] = [0, 1].map(() => new KickedSkeleton(problem, sources, steps))
    const random = new UniformStream(5, 0, 0)
    const any = (length: number) => Float64Array.from({ length }, () => random.normal())
    const model = {
      states: any(dim * (steps + 1)),
      slopes: any(dim * (steps + 1)),
      curvatures: any(dim * dim * (steps + 1)),
      reach,
    }
    for (let n = 0; n <= steps; n++) model.curvatures[4 * n + 1] = model.curvatures[4 * n + 2]
    const none = { ...model, slopes: new Float64Array(22), curvatures: new Float64Array(44) }
    const cost = (skeleton: KickedSkeleton, shift = 0) => {
      const states = new Float64Array((steps + 1) * dim)
      const controls = new Float64Array(steps)
      states.set(skeleton.x0)
      let sum = 0
      for (let n = 0; n < steps; n++) {
        // Knows what came, and nothing of what comes.
        controls[n] = Math.sin(3 * states[2 * n]) - states[2 * n + 1]
        if (n === 4) states[2 * n] += shift
        sum += skeleton.advance(n, states, controls)
      }
      return { cost: sum + skeleton.end(states), states, controls }
    }
    const paths = 4000
    let [mean, squares] = [0, 0]
    for (let path = 0; path < paths; path++) {
      const increments = splitIncrements(new UniformStream(2, 8, path), problem, steps)(1)
      whole.take(increments, model)
      plain.take(increments, none)
      const penalty = cost(plain).cost - cost(whole).cost
      mean += penalty / paths
      squares += penalty ** 2 / paths
    }
    expect(squares).toBeGreaterThan(0.01)
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(squares / paths))
    const { states, controls } = cost(whole)
    const at = (h: number) => {
      const moved = states.slice()
      moved[8] += h
      return whole.advance(4, moved, controls)
    }
    expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(whole.expansion(4, states, controls).cx[0], 7)
    const slope = (h: number, i: number) => {
      const moved = states.slice()
      moved[8 + i] += h
      return whole.expansion(4, moved, controls).cx[0]
    }
    const bends = whole.curvature(4, states, controls, new Float64Array(dim)).x.slice()
    for (let i = 0; i < dim; i++) {
      expect((slope(1e-5, i) - slope(-1e-5, i)) / 2e-5).toBeCloseTo(bends[i], 6)
    }
    const end = () => {
      const [slope, curvature] = [new Float64Array(dim), new Float64Array(dim * dim)]
      whole.endExpansion(states, slope, curvature)
      return { value: whole.end(states), slope, curvature }
    }
    const { slope: atEnd, curvature } = end()
    for (let i = 0; i < dim; i++) {
      states[2 * steps + i] += 1e-5
      const up = end()
      states[2 * steps + i] -= 2e-5
      const down = end()
      states[2 * steps + i] += 1e-5
      expect((up.value - down.value) / 2e-5).toBeCloseTo(atEnd[i], 6)
      expect((up.slope[0] - down.slope[0]) / 2e-5).toBeCloseTo(curvature[i], 6)
    }
  })
})

describe('the mean of the least costs', () => {
  it.each([
    [0.5, 1],
    [3, 0.1],
  ])('is Riccati’s value, on every path the same, where the problem is linear–quadratic: rate %f', async (rate, r) => {
    const { problem, sources } = await compiled(unstable(rate, r, null))
    const found = await lookBack(problem, sources, startsOf(problem, {}).ways, null, 40, 1)
    if (typeof found === 'string') throw new Error(found)
    expect(Math.abs(found.value / unstableValue(rate, r) - 1)).toBeLessThan(2e-4)
    expect(found.paths).toBe(16)
  })

  it('lies below what a rule in a box costs, and not far: that is in the error', async () => {
    const page = {
      ...doubleIntegrator,
      noiseDim: 3,
      diffusion: '[[0, 0, 0], [0.1, 0.1, 0.1]]',
      runningCost: 'x[1]^2 + 0.1 * a[1]^2',
    }
    const { value, standardError, hindsight, status } = await solve(page, { ...short, iterations: 200 })
    expect(status).toBe('converged')
    expect(hindsight!.value!).toBeLessThan(value + 3 * Math.hypot(standardError, hindsight!.standardError!))
    expect(hindsight!.gap!).toBeLessThan(0.02)
    expect(standardError).toBeGreaterThanOrEqual((value - hindsight!.value!) / 2)
  })

  it('is the same for every number of workers', async () => {
    const few = { ...short, iterations: 6 }
    const page = { ...unstable(1, 1, 1.5), noiseDim: 3, diffusion: '[[0.5, 0, 0]]' }
    const one = await solve(page, few)
    const two = await solve(page, { ...few, workers: 2 })
    expect(one.hindsight!.missing).toBeNull()
    expect(two.hindsight).toEqual(one.hindsight)
  })
})

describe('references', () => {
  it.each(
    byDay(1, ['cart-pole', 'planar-quadrotor', 'double-pendulum']),
  )('of %s lie where hindsight says', async (id) => {
    const page = (await builtInOf('control', id))!
    const { problem, sources } = await compiled(page)
    const { ways, steps } = startsOf(problem, {})
    const found = await lookBack(problem, sources, ways, null, steps, 2)
    if (typeof found === 'string') throw new Error(found)
    const { value, standardError } = page.reference as Reference
    expect(Math.abs(found.value - value)).toBeLessThan(4 * Math.hypot(found.standardError, standardError!))
    expect(found.standardError).toBeLessThan(0.005 * value)
  })
})

describe('what is said of a rule', () => {
  const cost = { value: 10, standardError: 0.01 } as never
  const found = (value: number) => ({ value, standardError: 0.02, paths: 16 })

  it('tells a gap of more than 5 % from a small one, in both directions', () => {
    expect(judgeHindsight(cost, found(9.9), 1)).toMatchObject({ open: null })
    expect(judgeHindsight(cost, found(9.9), 1).hindsight.gap).toBeCloseTo(0.01, 12)
    expect(judgeHindsight(cost, found(9.9), 1).shortfall).toBeCloseTo(0.07, 12)
    expect(judgeHindsight(cost, found(9), 1).open).toMatch(
      /may be 10 % from the best, or more where searches missed: .* came down to 9\.0000/,
    )
    expect(judgeHindsight(cost, found(11), -1).open).toMatch(/came up to 11\.000/)
  })

  it('takes no search for a bound that finds less than the rule does', () => {
    const { hindsight, open } = judgeHindsight(cost, found(10.1), 1)
    expect(hindsight).toMatchObject({ value: null, missing: expect.stringMatching(/nothing as good/) })
    expect(open).toMatch(/how far from the best is not known/)
  })

  it('takes no search that is too loose, above the rule or below, for one that says it is near', () => {
    const loose = { value: 10.5, standardError: 0.3, paths: 128 }
    expect(judgeHindsight(cost, loose, 1).open).toMatch(/may be 5\.7 % from the best/)
  })

  it('is one-sided where nothing tells how far the best is, and not where the page does', async () => {
    const page = defineControlProblem({
      ...unstable(0.5, 1, 2),
      id: 'noisy',
      controlDim: 3,
      drift: 'rate * x + a[1]',
      diffusion: 's * (1 + 0.1 * a[1])',
      runningCost: 'x[1]^2 + r * dot(a, a)',
    })
    const few = { iterations: 300, paths: 4096, workers: 1 }
    const alone = await solve(page, few)
    expect(alone.status).toBe('one-sided')
    expect(alone.reason).toMatch(
      /^a rule was found; how far from the best is not known: a grid of states is for 2 controls at the most/,
    )
    const told = await solve(
      { ...page, reference: { value: alone.value, standardError: 0.1, source: 'itself' } },
      few,
    )
    expect(told.status).not.toBe('one-sided')
    const opinion = { agrees: true } as never
    expect(withOpinion(alone, opinion)).toMatchObject({ status: 'converged', reason: null })
  })

  it('needs no other side where training begins with the best rule there is', async () => {
    const { status, hindsight } = await solve(unstable(1, 1, null), short)
    expect([status, hindsight]).toEqual(['converged', undefined])
  })
})
