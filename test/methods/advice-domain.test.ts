/** Doubts of a trained Y₀, of paths, formulas and steps: each is provoked, and what it advises helps on the same page. */
import { describe, expect, it } from 'vitest'
import { RegionTraining } from '../../src/entry/region-training.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { DivergenceError } from '../../src/errors/errors.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { brownianPage as page } from '../support/brownian-page.ts'
import { byDay, isNight } from '../support/night.ts'
import { expectWithin } from '../support/statistics.ts'

const SMALL: SolveOptions = { workers: 1, iterations: 40, steps: 16, paths: 2048 }

const published = {
  source: 'a test',
  relativeError: 0.01,
  steps: 20,
  iterations: 10,
  learningRate: 0.02,
  initialValue: [2, 3] as [number, number],
}
const trained: Partial<ProblemDefinition> = {
  diffusion: '0.5',
  driver: '-0.1 * y',
  terminal: '3 + cos(x[1])',
  published,
}
const jumping: Partial<ProblemDefinition> = {
  diffusion: '0.5',
  driver: 'if(y < 0.1, 3, -3)',
  terminal: '0.1 * x[1]',
}
/** What trains is of no use to who trains nothing. */
const none: SolveOptions = {
  iterations: undefined,
  learningRate: undefined,
  skips: undefined,
  schedule: undefined,
  steps: undefined,
}
const few: Partial<ProblemDefinition> = { terminal: 'max(x[1] - 3.5, 0)' }
const fourSteps: SolveOptions = { steps: 4, iterations: 20, paths: 8192 }
const referred: Partial<ProblemDefinition> = {
  driver: '-0.5 * y',
  terminal: '1 + cos(x[1])',
  reference: { value: Math.exp(-0.5) * (1 + Math.exp(-0.5)), source: 'by hand' },
}

/** The page, its options, the reason of `unconverged`, what of the page and the options is mended, and how it ends then. */
type Row = [
  string,
  Partial<ProblemDefinition>,
  SolveOptions,
  RegExp,
  Partial<ProblemDefinition>,
  SolveOptions,
  string?,
]
const rows: Row[] = [
  [
    'a Y₀ that was hardly trained',
    trained,
    { preset: 'published', iterations: 10, steps: 20 },
    /^the trained value is still .*; take more --iterations, or leave --preset out$/,
    {},
    { iterations: 300, paths: 4096 },
  ],
  [
    'few paths that carry all of g',
    few,
    fourSteps,
    /fewer than four of 8192 paths.*take many more --paths, or .* \(--at, --region\)$/,
    {},
    { settings: { x0: 3.5 } },
  ],
  [
    'a driver that jumps where the solution rests',
    jumping,
    { iterations: 10, steps: 12 },
    /^the equation does not hold where it was solved for.*a steep slope in its place \(tanh\(20 \* y\) for sign\(y\)\)/,
    { driver: '-3 * tanh(20 * (y - 0.1))' },
    {},
  ],
  [
    'networks that made it worse under a linear driver',
    { driver: '-0.5 * y', terminal: 'exp(-x[1]^2)' },
    { iterations: 5, learningRate: 3, skips: 'none', schedule: 'constant' },
    /made the estimate worse.*, or --method monte-carlo, which needs none$/,
    {},
    { ...none, method: 'monte-carlo', paths: 65_536 },
  ],
  [
    'a Y₀ that was hardly trained, without the preset',
    trained,
    { preset: 'published', iterations: 10, steps: 20 },
    /leave --preset out$/,
    { published: undefined },
    { preset: undefined, iterations: 40 },
  ],
  [
    'few paths that carry all of g, with many more',
    few,
    fourSteps,
    /fewer than four of 8192 paths/,
    {},
    { paths: 524_288 },
    'imprecise',
  ],
  [
    'a sign that the reference excludes',
    { ...referred, driver: '0.5 * y' },
    {},
    /contradicts the page's own reference.*check the signs/,
    referred,
    {},
  ],
]

describe('the advice', () => {
  it.each(byDay(2, rows))('of %s helps', async (_, change, options, reason, mended, more, better) => {
    const first = await solve(page(change), { ...SMALL, ...options })
    expect([first.status, first.reason]).toEqual(['unconverged', expect.stringMatching(reason)])
    const second = await solve(page({ ...change, ...mended }), { ...SMALL, ...options, ...more })
    expect(second.status).toBe(better ?? 'converged')
  })

  it.runIf(isNight)('of a root without a proper step tells what steps do', async () => {
    const roots = page({
      x0: [1, 0.04, 0.04],
      settings: { dim: 3, horizon: 1 },
      drift: '[0, 0.02 - x[2], 0.02 - x[3]]',
      diffusion: '[sqrt(max(x[2] + x[3], 0)), sqrt(max(x[2], 0)), sqrt(max(x[3], 0))]',
      terminal: 'cos(x[1])',
    })
    const [coarse, fine] = [await solve(roots, { ...SMALL, steps: 5 }), await solve(roots, SMALL)]
    for (const { status, reason } of [coarse, fine]) {
      expect([status, reason]).toEqual(['unconverged', expect.stringMatching(/another number of --steps$/)])
    }
    const apart = Math.abs(coarse.value - fine.value)
    expect(Math.abs(fine.value - throughRoots())).toBeLessThan(2 * apart + 2 * fine.standardError)
  })
})

/** E cos(1 + ∫√(v + w)dB) = cos(1)·(E exp(−½∫v dt))², by the bond price of Cox, Ingersoll and Ross (1985), formula 23: κ = 1, θ = 0.02, ξ = 1. */
function throughRoots(): number {
  const h = Math.SQRT2
  const grown = Math.exp(h) - 1
  const whole = 2 * h + (1 + h) * grown
  const factor = ((2 * h * Math.exp((1 + h) / 2)) / whole) ** 0.04
  return Math.cos(1) * (factor * Math.exp((-0.04 * grown) / whole)) ** 2
}

/** What diverges, the message, and what is mended. */
type Diverging = [string, Partial<ProblemDefinition>, SolveOptions, RegExp, RegExp, object, SolveOptions]
const diverging: Diverging[] = [
  [
    'a loss that explodes under a linear driver',
    { driver: '-0.5 * y', terminal: 'exp(-x[1]^2)' },
    { learningRate: 1e6, skips: 'none', schedule: 'constant' },
    /^the loss exploded to/,
    /linear in y and z: --method monte-carlo/,
    {},
    { ...none, method: 'monte-carlo', paths: 65_536 },
  ],
  [
    'a formula of g outside its domain on a fresh path alone',
    { terminal: 'log(4.1 - x[1])' },
    { steps: 8, iterations: 10, paths: 65_536 },
    /^the estimate from fresh paths is not finite/,
    /^Try more --steps\. Look for a formula outside its domain/,
    { terminal: 'log(max(4.1 - x[1], 0.01))' },
    {},
  ],
  [
    'a state that runs away so fast that g alone shows it',
    {
      settings: { dim: 2, horizon: 1 },
      x0: 1.9,
      drift: '[-x[2] * dot(x, x), x[1] * dot(x, x)]',
      diffusion: '0.1',
      terminal: 'cos(x[1])',
    },
    { steps: 10 },
    /^the terminal condition g\(X_T\) is not finite/,
    /try more --steps\.$/,
    {},
    { steps: 128, paths: 16_384 },
  ],
  [
    'a formula of g outside its domain',
    { terminal: 'log(x[1])' },
    {},
    /^the terminal condition g\(X_T\) is not finite/,
    /formula outside its domain/,
    { terminal: 'log(max(x[1], 0.1))' },
    { paths: 16_384 },
  ],
  [
    'a formula of f outside its domain',
    { driver: '-0.3 * sqrt(y)' },
    {},
    /^the driver f\(t, x, y, z\) is not finite/,
    /formula outside its domain/,
    { driver: '-0.3 * sqrt(abs(y) + 0.1)' },
    {},
  ],
  [
    'a state that runs away',
    {
      settings: { dim: 2, horizon: 1 },
      x0: 1.9,
      drift: '[-x[2] * dot(x, x), x[1] * dot(x, x)]',
      diffusion: '0.1',
      terminal: 'dot(x, x)',
    },
    { steps: 4 },
    /^the state X stopped being finite/,
    /more --steps/,
    {},
    { steps: 128 },
  ],
  [
    'training that runs away',
    {
      settings: { dim: 2, horizon: 1 },
      x0: 0.5,
      driver: '-exp(dot(z, z) / 20)',
      terminal: 'sin(x[1])',
    },
    { learningRate: 1e3, schedule: 'cosine' },
    /stopped being finite/,
    /lower --learning-rate/,
    {},
    { learningRate: 1e-3 },
  ],
]

describe('the advice of a run that diverges', () => {
  it.each(byDay(1, diverging))('by %s helps', async (_, change, options, message, advice, mended, more) => {
    const error = await solve(page(change), { ...SMALL, ...options }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DivergenceError)
    expect((error as DivergenceError).message).toMatch(message)
    expect((error as DivergenceError).advice).toMatch(advice)
    const { status } = await solve(page({ ...change, ...mended }), { ...SMALL, ...options, ...more })
    expect(['converged', 'imprecise']).toContain(status)
  })
})

const trainedOver = (own: ProblemDefinition, region?: string) =>
  RegionTraining.over(own, { region, steps: 4, iterations: 40, paths: 1024, workers: 1 })

it('of a model whose paths leave a formula’s domain helps', async () => {
  const at = async (driver: string) => {
    const training = await trainedOver(
      page({ settings: { dim: 1, horizon: 1 }, x0: 0, driver, terminal: 'cos(x[1])' }),
    )
    return training!.at([-1.95])
  }
  const { status, reason } = await at('-0.1 * log(x[1] + 4.5)')
  expect([status, reason]).toEqual(['unconverged', expect.stringMatching(/not finite.*write a bound/)])
  expect((await at('-0.1 * log(max(x[1] + 4.5, 0.01))')).reason ?? '').not.toMatch(/not finite/)
})

/** Y₀ begins at 0 where a model is asked elsewhere. ½|z|²/y: u² solves the heat equation; the others are held against a bound that no path meets. */
it.each([
  ['0.5 * dot(z, z) / y', '0.5 * dot(z, z) / max(y, 0.01)'],
  ['-y * log(y)', '-max(y, 0.01) * log(max(y, 0.01))'],
])('is not needed over a region where no path comes to 0: %s', async (driver, bounded) => {
  const at = async (text: string) => {
    const g = 'sqrt(1 + dot(x, x) / 3)'
    const own = page({ settings: { dim: 3, horizon: 1 }, x0: 0, driver: text, terminal: g })
    return (await trainedOver(own, 'box:-1..1'))!.at([0.5, 0.5, 0.5])
  }
  const [own, same] = [await at(driver), await at(bounded)]
  expect(own.status).toBe('converged')
  const expected = driver.includes('/') ? { value: 1.5, standardError: 0 } : same
  expectWithin(own.value, expected.value, Math.hypot(own.standardError, expected.standardError), 'at 0.5')
})
