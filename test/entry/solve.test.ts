/** What bad input gets: one line that names the setting, the value, what is allowed and what to do, before any work. */
import { describe, expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { DivergenceError, UserError } from '../../src/errors/errors.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import type { Progress } from '../../src/solution/solution.ts'

const SMALL: SolveOptions = { steps: 4, batchSize: 16, iterations: 5, paths: 256, workers: 1 }

const page: ProblemDefinition = {
  id: 'mine',
  title: '',
  source: '',
  group: '',
  settings: { dim: 3, horizon: 1, lambda: 1 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'dot(x, x)',
}

/** Values that the types forbid, as they come from plain JavaScript or from JSON. */
const untyped = (options: Record<string, unknown>) => options as SolveOptions

async function expectRefused(problem: string | ProblemDefinition, options: SolveOptions, message: RegExp) {
  const stages: Progress['stage'][] = []
  const attempt = solve(problem, { ...SMALL, onProgress: ({ stage }) => stages.push(stage), ...options })
  const error = await attempt.then(
    ({ value }) => expect.fail(`solved, with ${value}`),
    (reason: unknown) => reason as Error,
  )
  expect(error.message).toMatch(message)
  expect(error).toBeInstanceOf(UserError)
  expect(error.message).not.toContain('\n')
  expect(stages.filter((stage) => stage !== 'prepare')).toEqual([])
}

const refuses = (cases: [SolveOptions, RegExp][], problem: string | ProblemDefinition = 'heat') =>
  it.each(cases)('%o', (options, message) => expectRefused(problem, options, message))

describe('an unknown', () => {
  it('problem', () =>
    expectRefused('hjb-lg', {}, /^unknown problem 'hjb-lg'\. Did you mean 'hjb-lq'\? See 'deepbsde list'/))
  refuses([
    [{ settings: { lamda: 1 } }, /^hjb-lq: unknown setting 'lamda'\. Did you mean 'lambda'\? Its settings are dim, /],
    [{ method: 'deep-bsed' }, /^unknown method 'deep-bsed'\. Did you mean 'deep-bsde'\? Methods: /],
    [untyped({ kernel: 'cuda' }), /^kernel must be one of .*reference.*, got cuda\./],
    [untyped({ family: 'resnet' }), /^family must be one of two-layer, multilayer, residual, random-features, got resnet\./],
    [untyped({ activation: 'gelu' }), /^activation must be one of identity, relu, tanh, sigmoid, got gelu\./],
    [untyped({ schedule: 'linear' }), /^schedule must be one of plateau, cosine, constant, got linear\./],
    [untyped({ scheme: 'milstein' }), /^scheme must be one of trapezoidal, euler, got milstein\./],
    [untyped({ preset: 'quick' }), /^preset must be one of published, got quick\./],
      [untyped({ hidden: 64 }), /^hidden must be a list of widths, got 64\. Use --hidden/],
  ], 'hjb-lq') // biome-ignore format: one line each
})

describe('a setting outside its range', () => {
  refuses([
    [{ settings: { dim: 0 } }, /^heat: dim must be an integer ≥ 1, got 0\. Use --set dim=/],
    [{ settings: { dim: -1 } }, /^heat: dim must be an integer ≥ 1, got -1\. Use --set dim=/],
    [{ settings: { dim: 1.5 } }, /^heat: dim must be an integer ≥ 1, got 1\.5\. Use --set dim=/],
    [{ settings: { dim: Number.NaN } }, /^heat: dim must be an integer ≥ 1, got NaN\. Use --set dim=/],
    [{ settings: { dim: 1e9 } }, /^heat: dim must be at most 1000000, got 1000000000\. Use --set dim=/],
    [
      { settings: { dim: 1e6 }, steps: 50 },
      /^the run needs (at least )?[\d,]+ MB of memory, allowed are [\d,]+ MB\. Lower the dimension/,
    ],
    [{ settings: { horizon: 0 } }, /^heat: horizon must be a finite number > 0, got 0\. Use --set horizon=/],
    [{ settings: { x0: [1, 2] } }, /^heat: x0 must be .* dim = 100 numbers, got \[1,2\]\. Use --set x0=/],
  ])
})

describe('an option outside its range', () => {
  const whole =
    (name: string, flag = name) =>
    (value: number) =>
      new RegExp(`^${flag} must be an integer from \\d+ to \\d+, got ${value}\\. Use --${flag} `)
  const [steps, paths, seed] = [whole('steps'), whole('paths'), whole('seed')]
  const [iterations, batch, workers] = [
    whole('iterations'),
    whole('batchSize', 'batch-size'),
    whole('workers'),
  ]
  refuses([
    ...[0, -1, 1.5, Number.NaN].map((n): [SolveOptions, RegExp] => [{ steps: n }, steps(n)]),
    ...[0, -1, 1.5, Number.NaN].map((n): [SolveOptions, RegExp] => [{ iterations: n }, iterations(n)]),
    ...[0, 1, 2.5, Number.NaN].map((n): [SolveOptions, RegExp] => [{ batchSize: n }, batch(n)]),
    ...[0, 1, 1.5, 1e12].map((n): [SolveOptions, RegExp] => [{ paths: n }, paths(n)]),
    ...[-1, 0.5, 2 ** 32, Number.NaN].map((n): [SolveOptions, RegExp] => [{ seed: n }, seed(n)]),
    ...[0, -1, 1.5, 100_000, Number.NaN].map((n): [SolveOptions, RegExp] => [{ workers: n }, workers(n)]),
    // Refused by their size or by their memory, whichever is looked at first.
    [{ steps: 1e9 }, /^(steps must be|the run needs at least [\d,]+ MB)/],
    [{ batchSize: 1e9 }, /^(batch-size must be|the run needs at least [\d,]+ MB)/],
    [{ tolerance: -1 }, /^tolerance must be a finite number ≥ 0, got -1\./],
    [{ tolerance: Number.NaN }, /^tolerance must be a finite number ≥ 0, got NaN\./],
    [{ learningRate: 0 }, /^learning-rate must be a finite number > 0, got 0\./],
    [{ learningRate: Number.POSITIVE_INFINITY }, /^learning-rate must be a finite number > 0, got Infinity\./],
    [{ confidence: 0 }, /^confidence must be between 0 and 1, got 0\. Use --confidence/],
    [{ confidence: 1 }, /^confidence must be between 0 and 1, got 1\. Use --confidence/],
    [{ confidence: Number.NaN }, /^confidence must be between 0 and 1, got NaN\. Use --confidence/],
    [{ hidden: [8, 0] }, /^hidden widths must be integers from 1 to 65536, got \[8, 0\]\. Use --hidden/],
    [{ hidden: [0], skips: 'none' }, /^hidden widths must be integers from 1 to 65536, got \[0\]\. Use --hidden/],
    [{ hidden: [8, 8], family: 'two-layer' }, /^a two-layer network has one hidden layer, got \[8, 8\]\. Use --hidden 8/],
    [{ memoryLimit: 1e5 }, /^the run needs (at least )?\d+ MB of memory, allowed are 1 MB\. Lower .* or raise --memory\./],
    [{ preset: 'published' }, /^heat: no published run is recorded for this problem\. Leave --preset out\./],
    [{ batchNorm: true, family: 'random-features' }, /take no batch normalisation\. Leave --batch-norm out\./],
  ]) // biome-ignore format: one line each
})

describe('a formula', () => {
  it.each<[string, Partial<ProblemDefinition>, RegExp]>([
    ['that does not parse', { driver: '2 * (y +' }, /^mine: driver: /],
    ['with an unknown name', { driver: 'lamda * y' }, /^mine: driver: .*lamda.*lambda/],
    ['with an unknown function', { terminal: 'besselj(0, x[1])' }, /^mine: terminal: .*besselj/],
    ['that mixes shapes', { driver: 'x + [1, 2]' }, /^mine: driver: /],
    [
      'of another shape than its place',
      { terminal: '2 * x' },
      /^mine: terminal must be a scalar, got a vector\[3\]\. Use /,
    ],
    ['that reaches for a property', { driver: 'x.constructor' }, /^mine: driver: /],
    ['that evaluates text', { driver: 'evaluate("1")' }, /^mine: driver: /],
    ['that assigns', { driver: 'y = 3' }, /^mine: driver: /],
    ['that defines a function', { driver: 'f(y) = y' }, /^mine: driver: /],
    ['that imports', { terminal: 'import("fs")' }, /^mine: terminal: /],
    ['that indexes outside', { terminal: 'x[4]' }, /^mine: terminal: /],
    ['with y where it is not known', { terminal: 'y' }, /^mine: terminal: /],
  ])('%s', (_, change, message) => expectRefused({ ...page, ...change }, {}, message))
})

describe('numbers that stop being finite', () => {
  it.each<[string, Partial<ProblemDefinition>, RegExp, number]>([
    ['the state', { drift: 'x^9 * 1e9 + 1', diffusion: '1 + x^2' }, /state X/, 4],
    ['the terminal condition', { terminal: 'log(x[1] - 1000)' }, /terminal condition g/, 4],
    ['the driver', { driver: 'sqrt(-1 - y^2)' }, /driver f|Y stopped/, 1],
  ])('in %s end the run as diverged, with iteration, step and path', async (_, change, message, last) => {
    const error = await solve({ ...page, ...change }, SMALL).then(
      ({ value }) => expect.fail(`solved, with ${value}`),
      (reason: unknown) => reason as DivergenceError,
    )
    expect(error).toBeInstanceOf(DivergenceError)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('\n')
    expect(error.iteration).toBe(0)
    expect(error.step).toBeLessThanOrEqual(last)
    // A formula that fails on the pilot's paths already fails on more than one.
    if (error.path !== null) expect(error.path).toBeLessThan(SMALL.batchSize!)
  })
})

describe('a solution', () => {
  it('carries what was asked for', async () => {
    const options: SolveOptions = {
      ...SMALL,
      settings: { dim: 3 },
      seed: 7,
      confidence: 0.5,
      kernel: 'reference',
    }
    const stages: Progress['stage'][] = []
    const solution = await solve('heat', { ...options, onProgress: ({ stage }) => stages.push(stage) })
    expect(solution).toMatchObject({
      problem: 'heat',
      settings: { dim: 3, horizon: 1 },
      method: 'deep-bsde',
      confidence: 0.5,
      iterations: 5,
      steps: 4,
      batchSize: 16,
      paths: 256,
      workers: 1,
      kernel: 'reference',
      seed: 7,
      reference: { value: 6 },
    })
    const { value, standardError, interval, relativeError, elapsedMs } = solution
    expect(interval[0] + interval[1]).toBeCloseTo(2 * value, 9)
    // The normal law's quartile.
    expect((interval[1] - interval[0]) / 2 / standardError).toBeCloseTo(0.67449, 4)
    expect(relativeError).toBeCloseTo(Math.abs(value - 6) / 6, 12)
    expect(elapsedMs.total).toBeGreaterThanOrEqual(elapsedMs.train + elapsedMs.estimate)
    expect([...new Set(stages)]).toEqual(['prepare', 'train', 'estimate'])
  })

  it('has no relative error against a reference of zero, and no reference where none is known', async () => {
    const zero = await solve({ ...page, exact: '0' }, SMALL)
    expect(zero.reference?.value).toBe(0)
    expect(zero.relativeError).toBeNull()
    const unknown = await solve(page, SMALL)
    expect([unknown.reference, unknown.relativeError]).toEqual([null, null])
  })

  it('is stopped where the signal was given before it began', async () => {
    const solution = await solve('heat', { ...SMALL, settings: { dim: 2 }, signal: AbortSignal.abort() })
    expect(solution.status).toBe('stopped')
  })
})
