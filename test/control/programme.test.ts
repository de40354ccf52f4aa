/** The best rule's cost by a dynamic programme, against closed forms and Riccati equations, and what is said of it. */
import { describe, expect, it } from 'vitest'
import { compileControl } from '../../src/control/compile.ts'
import { type ControlDefinition, defineControlProblem } from '../../src/control/definition.ts'
import { Backward } from '../../src/control/programme/backward.ts'
import type { CompiledProgramme } from '../../src/control/programme/compiled.ts'
import { withProgramme } from '../../src/control/programme/law.ts'
import { programme } from '../../src/control/programme/programme.ts'
import { Table } from '../../src/control/programme/table.ts'
import { startsOf } from '../../src/control/start/find.ts'
import { judgeHindsight, judgeProgramme, nearer } from '../../src/control/verdict.ts'
import { solve } from '../../src/entry/solve.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { isNight } from '../support/night.ts'

async function found(page: ControlDefinition, low: number, high: number) {
  const problem = await compileControl(page, page.settings, { start: true })
  const box = { low: problem.x0.map((x) => x + low), high: problem.x0.map((x) => x + high) }
  return programme(problem, problem.programme as never, box, problem.steps ?? 10, 1)
}

/** E[x₊²] is quadratic in the control, whose noise is its own and moves with it. */
const decisions = defineControlProblem({
  id: 'decisions',
  title: 'Ten decisions',
  source: 'of our own',
  group: 'test',
  settings: { dim: 1, horizon: 10, r: 0.5 },
  x0: 2,
  controlDim: 1,
  noiseDim: 1,
  steps: 10,
  transition: '0.9 * x[1] + a[1] + (0.3 + 0.2 * a[1]) * w[1]',
  runningCost: 'x[1]^2 + r * a[1]^2',
  terminalCost: 'x[1]^2',
})

/** V = Px² + 2gx + k, backward, and the rule of each step. */
function decisionsBest(): { value: number; gain: number[]; level: number[] } {
  let [p, g, k] = [1, 0, 0]
  const rule = { gain: [] as number[], level: [] as number[] }
  for (let n = 0; n < 10; n++) {
    const [bend, cross, level] = [0.5 + 1.04 * p, 0.9 * p, 0.06 * p + g]
    rule.gain.unshift(-cross / bend)
    rule.level.unshift(-level / bend)
    ;[p, g, k] = [
      1 + 0.81 * p - cross ** 2 / bend,
      0.9 * g - (cross * level) / bend,
      0.09 * p + k - level ** 2 / bend,
    ]
  }
  return { value: 4 * p + 4 * g + k, ...rule }
}

/** Costs of the control are negative, and its noise alone holds it back. */
const indefinite = defineControlProblem({
  ...decisions,
  id: 'indefinite',
  settings: { dim: 1, horizon: 1, R: -0.2 },
  x0: 1,
  steps: undefined,
  transition: undefined,
  drift: 'a',
  diffusion: 'a',
  runningCost: 'x[1]^2 + R * a[1]^2',
})

const logarithm = defineControlProblem({
  ...indefinite,
  id: 'logarithm',
  settings: { dim: 1, horizon: 1, mu: 0.06, s: 0.3 },
  controlSet: { kind: 'box', low: 0, high: 1 },
  drift: 'x * mu * a',
  diffusion: 's * x * a',
  runningCost: '0',
  terminalCost: 'log(x[1])',
  goal: 'maximize',
})

/** A store, and prices that no control moves. */
const store = defineControlProblem({
  ...decisions,
  id: 'store',
  settings: { dim: 3, horizon: 1, steepness: 3 },
  x0: [0.5, 0, 0],
  noiseDim: 2,
  steps: 4,
  controlSet: { kind: 'map', formula: '(max(v, 0) * (1 - x[1]) - max(-v, 0) * x[1]) / sqrt(1 + v^2)' },
  transition:
    '[x[1] + a[1], 0.7 * x[2] + 0.3 * w[1] * (1 + 0.2 * x[3]), 0.8 * x[3] + 0.2 * w[2] + 0.1 * w[1]]',
  runningCost: 'exp(x[2] + x[3]) * a[1] + 0.2 * a[1]^2',
  terminalCost: '-0.9 * x[1]',
})

describe('noise that reaches only what no control does', () => {
  const grid = { steps: 4, points: 9, cases: 5, looks: 9, closer: 3 }
  const box = { low: Float64Array.of(0, -1, -1), high: Float64Array.of(1, 1, 1) }

  it('may be looked through once for all controls', async () => {
    const problem = await compileControl(store, store.settings, { start: true })
    const sources = problem.programme as CompiledProgramme
    expect(sources.reached).toEqual([0])
    const [once, each] = await Promise.all(
      [sources, { ...sources, reached: null }].map((own) =>
        new Backward(problem, own, { ...grid, box }).solve(1, null),
      ),
    )
    expect(once!.value).toBeCloseTo(each!.value, 10)
    expect(once!.residual).toBeCloseTo(each!.residual, 10)
    // A map that has reached its end is not a control that wants further out.
    expect(once!.isBeyond).toBe(false)
  })

  it('is none where it reaches what controls do', async () => {
    const pages = [
      { ...store, transition: '[x[1] + a[1] + 0.1 * w[1], 0.7 * x[2], 0.8 * x[3] + w[2]]' },
      { ...store, transition: '[x[1] + a[1], 0.7 * x[2] + w[1], 0.8 * x[3] + a[1] + w[2]]' },
      { ...store, transition: '[a[1] + x[2], 0.7 * x[2] + a[1], x[3] + a[1]]' },
    ]
    for (const page of pages) {
      const { programme } = await compileControl(page, page.settings, { start: true })
      expect((programme as CompiledProgramme).reached).toBe(null)
    }
  })

  it.runIf(isNight)(
    'tells what a battery and a storage in the wind are worth',
    async () => {
      for (const [id, low, high] of [
        ['battery', -0.6, 0.6],
        ['energy-storage', -0.5, 0.5],
      ] as const) {
        const page = await loadProblem(id, 'control')
        const { value } = referenceOf(page, await compileControl(page, page.settings))!
        const answer = await found(page, low, high)
        if (typeof answer === 'string') throw new Error(answer)
        // The table that energy-storage refers to is right to 1e-4.
        expect(Math.abs(answer.value - value)).toBeLessThan(3 * Math.hypot(answer.standardError, 1e-4))
        expect(answer.standardError).toBeLessThan(2e-3 * Math.abs(value))
      }
    },
    120_000,
  )
})

/** A second share that would be more than the whole if it could: the gain is 0.05a₁ + 0.2a₂ − 0.045(a₁² + a₂²). */
const portfolio = defineControlProblem({
  ...logarithm,
  id: 'portfolio',
  settings: { dim: 1, horizon: 1, s: 0.3 },
  controlDim: 2,
  noiseDim: 2,
  steps: 4,
  drift: undefined,
  diffusion: undefined,
  transition: 'x * exp(dt * (0.05 * a[1] + 0.2 * a[2] - s^2 / 2 * dot(a, a)) + s * sqrt(dt) * dot(a, w))',
})

describe('a rule of it', () => {
  const offered = async (page: ControlDefinition, isShared = false) => {
    const problem = await compileControl(page, page.settings, { start: true })
    const found = startsOf(problem, {})
    return { found, offered: await withProgramme(problem, found, 10, isShared, null) }
  }

  it('is the best, where that is a linear feedback', async () => {
    const {
      found,
      offered: { starts },
    } = await offered(decisions)
    expect(found.missing).toMatch(/its noise is controlled/)
    const [{ gain, level }] = starts
    const best = decisionsBest()
    // The state does not move at the start.
    for (let n = 1; n < 10; n++) expect(gain[n]).toBeCloseTo(best.gain[n], 2)
    for (let n = 1; n < 10; n++) expect(level[n]).toBeCloseTo(best.level[n], 2)
    expect(level[0]).toBeCloseTo(best.level[0] + 2 * best.gain[0], 2)
  })

  it('is not looked for where one network serves all steps', async () => {
    const { found, offered: same } = await offered(decisions, true)
    expect(same).toBe(found)
  })
})

describe('a table', () => {
  it('is exact for cubics between its points and for parabolas beyond', () => {
    const table = new Table({ low: Float64Array.of(-1, 0), high: Float64Array.of(1, 3) }, 12)
    const inner = (x: number, y: number) => x ** 3 - 2 * x * y ** 2 + y ** 3 - 1
    const outer = (x: number, y: number) => x ** 2 - 2 * x * y + 3 * y ** 2 - y + 2
    for (const [f, places] of [
      [inner, [0.13, 2.9, -0.99, 0.02, 1, 3]],
      [outer, [1.7, 4, -3, -1, 0.2, 5]],
    ] as const) {
      const at = new Float64Array(2)
      const values = Float64Array.from({ length: table.size }, (_, k) => {
        table.point(k, at)
        return f(at[0], at[1])
      })
      for (let k = 0; k < places.length; k += 2) {
        const point = Float64Array.of(places[k], places[k + 1])
        expect(table.at(values, point, 0)).toBeCloseTo(f(point[0], point[1]), 9)
      }
    }
  })
})

describe('the best rule’s cost', () => {
  it.each([
    ['of decisions whose noise is controlled', decisions, decisionsBest().value, 1e-5],
    ['of an indefinite linear–quadratic problem', indefinite, 0.836956, 0.01],
    ['where wealth must be positive', logarithm, 0.02, 1e-4],
  ])('is right within its error: %s', async (_, page, value, precision) => {
    const answer = await found(page, -1.5, 1.5)
    if (typeof answer === 'string') throw new Error(answer)
    expect(Math.abs(answer.value - value)).toBeLessThan(3 * answer.standardError)
    expect(answer.standardError).toBeLessThan(precision * value)
  })

  it.each([
    ['shares', { kind: 'simplex' }, 0.155],
    ['a map', { kind: 'map', formula: '[1 / (1 + exp(-v[1])), v[2] / sqrt(1 + v[2]^2)]' }, 0.1688888889],
  ] as const)('is known where the best controls are the end of what %s can do', async (_, controlSet, gain) => {
    const page = { ...portfolio, controlSet }
    const problem = await compileControl(page, page.settings, { start: true })
    const grid = { steps: 4, points: 12, cases: 5, looks: 5, closer: 6 }
    const box = { low: Float64Array.of(0.2), high: Float64Array.of(3) }
    const rough = await new Backward(problem, problem.programme as CompiledProgramme, { ...grid, box }).solve(
      1,
      null,
    )
    expect(rough!.isBeyond).toBe(false)
    if (!isNight) return
    const answer = await found(page, -0.7, 1.5)
    if (typeof answer === 'string') throw new Error(answer)
    expect(Math.abs(answer.value - gain)).toBeLessThan(3 * answer.standardError)
    expect(answer.standardError).toBeLessThan(1e-3)
  })

  it('is none where nothing holds the control back', async () => {
    const page = { ...indefinite, settings: { ...indefinite.settings, R: -1.5 } }
    expect(await found(page, -1.5, 1.5)).toMatch(/larger than any that are tried|no numbers|do not agree/)
  })
})

/** Controls at one bound or the other, what no smooth rule does, and costs that paths see next to nothing of the slope of. */
const switched = defineControlProblem({
  ...indefinite,
  id: 'switched',
  x0: 0.5,
  controlSet: { kind: 'box', low: -1, high: 1 },
  diffusion: '0.3',
  runningCost: 'x[1]^2',
  terminalCost: '0',
})
const ramp = defineControlProblem({
  ...switched,
  id: 'ramp',
  controlSet: undefined,
  diffusion: '1',
  runningCost: 'a[1]^2 / 2',
  terminalCost: 'max(min(10 * x[1], 1), 0)',
})

describe('where the noise is additive', () => {
  // By finite differences of the Bellman equation on 1500 and 3000 points, and where costs are ½a² by the heat equation of exp(−V).
  it.each([
    ['a rule that switches', switched, -1.7, 1, 0.0564451, 0.01],
    ['a narrow ramp', ramp, -4, 4, 0.5580037, 0.03],
  ] as const)('it is right within its error: %s', async (_, page, low, high, value, precision) => {
    const answer = await found(page, low, high)
    if (typeof answer === 'string') throw new Error(answer)
    expect(Math.abs(answer.value - value)).toBeLessThan(3 * answer.standardError)
    expect(answer.standardError).toBeLessThan(precision * value)
  })

  it('is told of a solution, and what the rule costs more is in its error', async () => {
    const {
      value,
      standardError,
      programme: best,
    } = await solve(logarithm, {
      iterations: 3,
      batchSize: 64,
      paths: 4096,
      workers: 1,
    })
    expect(best).toMatchObject({ missing: null })
    expect(Math.abs(best!.value! - 0.02)).toBeLessThan(3 * best!.standardError!)
    expect(standardError).toBeGreaterThanOrEqual(best!.value! - value)
  })
})

describe('what is said of it', () => {
  const cost = { value: 10, standardError: 0.01 } as never
  const best = (value: number) => ({ value, standardError: 0.02, points: 100 })

  it('tells a rule that is far from the best, in both directions', () => {
    expect(judgeProgramme(cost, best(9.9), 1)).toMatchObject({ open: null })
    expect(judgeProgramme(cost, best(9.9), 1).shortfall).toBeCloseTo(0.1, 12)
    expect(judgeProgramme(cost, best(9.99), 1).shortfall).toBeCloseTo(0.025, 12)
    expect(judgeProgramme(cost, best(10.01), 1).shortfall).toBeCloseTo(0.02, 12)
    expect(judgeProgramme(cost, best(9), 1).open).toMatch(/not known beyond 10 %.*pays 9\.0000/)
    expect(judgeProgramme(cost, best(11), -1).open).toMatch(/not known beyond 9\.5 %.*gains 11\.000/)
  })

  it('takes no programme for the best that finds less than the rule does', () => {
    expect(judgeProgramme(cost, best(10.1), 1)).toMatchObject({
      programme: { value: null, missing: expect.stringMatching(/nothing as good/) },
      shortfall: 0,
    })
  })

  const limit = (value: number, standardError = 0.01) =>
    judgeHindsight(cost, { value, standardError, paths: 16 }, 1)
  const loose = judgeProgramme(cost, { value: 9.9, standardError: 0.15, points: 100 }, 1)

  it('takes hindsight’s word where that is nearer', () => {
    const both = nearer(loose, limit(9.95), 1)
    expect(both).toMatchObject({ open: null, programme: { value: 9.9 }, hindsight: { value: 9.95 } })
    expect(both.shortfall).toBeCloseTo(0.035, 12)
    expect(nearer(loose, limit(9.4), 1)).toMatchObject({ shortfall: loose.shortfall, open: null })
  })

  it('takes no limit above what the best rule costs', () => {
    const far = judgeProgramme(cost, best(9.2), 1)
    const { open, shortfall, hindsight } = nearer(far, limit(9.95), 1)
    expect([open, shortfall]).toEqual([far.open, far.shortfall])
    expect(hindsight).toMatchObject({
      value: null,
      missing: expect.stringMatching(/as a dynamic programme did/),
    })
  })
})
