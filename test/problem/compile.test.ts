import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { loadBatchFunction } from '../../src/formulas/load.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import type { ProblemDefinition, Settings } from '../../src/problem/definition.ts'
import { gradientFromScaled } from '../../src/problem/scaling.ts'
import { overrideSettings } from '../../src/problem/settings.ts'

const base: ProblemDefinition = {
  id: 'page',
  title: '',
  source: '',
  group: '',
  settings: { dim: 3, horizon: 1, kappa: 2 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'sum(x)',
}

const compiled = (change: Partial<ProblemDefinition>): Promise<CompiledProblem> =>
  compileProblem({ ...base, ...change })

/** One row through the driver at t. */
function driverAt(problem: CompiledProblem, x: number[], y: number, z: number[], t = 0): number {
  const f = new Float64Array(1)
  const { source } = problem.functions.driver
  const inputs = [
    Float64Array.from(x),
    0,
    x.length,
    Float64Array.of(y),
    0,
    1,
    Float64Array.from(z),
    0,
    z.length,
  ]
  loadBatchFunction(source)(1, t, ...inputs, f, 0, 1)
  return f[0]
}

function scaled(problem: CompiledProblem, x: number[], v: number[]): number[] {
  const z = new Float64Array(problem.noiseDim)
  const { source } = problem.functions.scaleGradient
  loadBatchFunction(source)(
    1,
    0,
    Float64Array.from(x),
    0,
    x.length,
    Float64Array.from(v),
    0,
    v.length,
    z,
    0,
    z.length,
  )
  return [...z]
}

describe('the starting point', () => {
  it.each<[ProblemDefinition['x0'], number[]]>([
    [2, [2, 2, 2]],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
    ['kappa', [2, 2, 2]],
    ['if(mod(i, 2) == 1, 1, 0.5)', [1, 0.5, 1]],
    ['i / dim', [1 / 3, 2 / 3, 1]],
    ['[1, kappa, horizon]', [1, 2, 1]],
    ['half * i', [0.5, 1, 1.5]],
  ])('%j', async (x0, values) => {
    const problem = await compiled({ x0, let: { half: '1 / 2', late: 'sum(x) * y' } })
    expect([...problem.x0]).toEqual(values)
  })

  it('is replaced by the setting of that name', async () => {
    const settings = overrideSettings(base, { x0: [4, 5, 6] })
    expect([...(await compileProblem(base, settings)).x0]).toEqual([4, 5, 6])
    const one = overrideSettings(base, { x0: 7, dim: 2 })
    expect([...(await compileProblem(base, one)).x0]).toEqual([7, 7])
  })
})

describe('what the formulas may say', () => {
  it('lets intermediate formulas build on each other and on every variable', async () => {
    const problem = await compiled({
      let: { s: 'sum(z)', r: 's * y + t', w: 'kappa * x' },
      driver: 'r + w[1] + gradU[2]',
      diffusion: '2',
    })
    expect(driverAt(problem, [1, 0, 0], 3, [1, 2, 3], 0.5)).toBeCloseTo(6 * 3 + 0.5 + 2 + 1, 12)
    expect(problem.functions.driver.dependsOn).toEqual(['t', 'x', 'y', 'z'])
  })

  it('says what the driver depends on', async () => {
    const dependence = async (driver: string) => (await compiled({ driver })).functions.driver.dependsOn
    expect(await dependence('0')).toEqual([])
    expect(await dependence('y - y')).toEqual([])
    expect(await dependence('dot(z, z)')).toEqual(['z'])
    expect(await dependence('t * y')).toEqual(['t', 'y'])
  })

  it.each<[Partial<ProblemDefinition>, string]>([
    [{ driver: 'kapa * y' }, 'page: driver: unknown name "kapa"'],
    [{ driver: 'y +' }, 'page: driver: cannot read the formula'],
    [
      { driver: 'z' },
      'page: driver must be a scalar, got a vector[3]. Use sum, dot, mean, norm, max or an index.',
    ],
    [{ terminal: 'x' }, 'page: terminal must be a scalar, got a vector[3]'],
    [
      { terminal: 'quux' },
      'page: terminal: unknown name "quux" at column 1. Give it under settings (a number) or let (a formula). Known names: t, x, i, dim, horizon, kappa, pi, e.',
    ],
    [{ terminal: 'y' }, 'page: terminal: it may depend on t, x only, but names y'],
    [{ drift: 'z' }, 'page: drift: it may depend on t, x only, but names z'],
    [{ let: { s: 'y' }, diffusion: 's' }, 'page: diffusion: it may depend on t, x only, but names y'],
    [
      { drift: '[1, 2]' },
      'page: drift must be a scalar or a vector[3] (dim), got a vector[2]. Change drift or dim.',
    ],
    [
      { diffusion: '[[1, 2]]' },
      'page: diffusion must be a matrix[3×3] (dim × noiseDim), got a matrix[1×2]. Change',
    ],
    [{ diffusion: '[[1], [2], [3]]' }, 'got a matrix[3×1]. Use noiseDim: 1.'],
    [{ diffusion: '1', noiseDim: 2 }, 'page: diffusion must be a matrix[3×2] where noiseDim = 2 is not dim'],
    [{ noiseDim: '0' }, 'page: noiseDim must be an integer ≥ 1, got 0'],
    [{ noiseDim: 'kappa / 4' }, 'page: noiseDim must be an integer ≥ 1, got 0.5'],
    [{ x0: [1, 2] }, 'page: x0 must have dim = 3 components, got 2. Use --set dim=2 or --set x0=0.'],
    [{ x0: '[1, 2]' }, 'page: x0 must be a scalar or a vector[3] (dim), got a vector[2]'],
    [{ x0: 'x' }, 'page: x0: unknown name "x"'],
    [{ x0: '1 / 0' }, 'page: x0: 1 / 0 is Infinity'],
    [{ correlation: 1 }, 'page: correlation must lie between -0.500 (= -1/(noiseDim - 1)) and 1'],
    [{ correlation: '-0.5' }, 'page: correlation must lie between -0.500'],
    [{ correlation: '[1, 2]' }, 'page: correlation must be a number or a matrix, got a vector[2]'],
    [{ correlation: [[1, 0.5], [0.5, 1]] }, 'page: correlation must be a matrix[3×3], got 2 rows of 2'], // biome-ignore format: one line
    [{ correlation: [[1, 0, 0], [0, 1, 0.5], [0, 0.4, 1]] }, 'page: correlation must be symmetric'], // biome-ignore format: one line
    [{ correlation: [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]] }, 'page: correlation must be positive definite'], // biome-ignore format: one line
    [{ correlation: [[2, 0, 0], [0, 1, 0], [0, 0, 1]] }, 'page: correlation must be 1 on its diagonal, got 2 in row 1'], // biome-ignore format: one line
    [
      { driver: 'gradU[1]', diffusion: '[[1], [2], [3]]', noiseDim: 1 },
      'page: driver: gradU can be had from z only',
    ],
    [{ driver: 'gradU[1]', diffusion: '[[1, 1, 0], [1, 1, 0], [0, 0, 1]]' }, 'got a singular matrix'],
    [{ let: { a: 'b' } }, 'page: let a: unknown name "b"'],
    [{ settings: { dim: 0, horizon: 1 } as Settings }, 'page: dim must be an integer ≥ 1, got 0'],
  ])('case %#', async (change, message) => {
    const error: unknown = await compiled(change).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect((error as Error).message).toContain(message)
    expect((error as Error).message).not.toContain('\n')
  })
})

describe('which motion is recognised', () => {
  const motion = async (change: Partial<ProblemDefinition>) => {
    const { dynamics, mixing, functions } = await compiled(change)
    return { ...dynamics, mixing, hasStep: functions.step !== null }
  }
  const of = (...values: number[]) => Float64Array.from(values)

  it.each<[string, Partial<ProblemDefinition>, object]>([
    [
      'constants',
      { drift: 'kappa', diffusion: 'i' },
      { kind: 'brownian', drift: of(2, 2, 2), diffusion: of(1, 2, 3) },
    ],
    [
      'zero',
      { drift: 'x - x', diffusion: '0 * x' },
      { kind: 'brownian', drift: of(0, 0, 0), diffusion: of(0, 0, 0) },
    ],
    [
      'proportional',
      { drift: '0.1 * x', diffusion: 'i * x' },
      { kind: 'geometric', drift: of(0.1, 0.1, 0.1), diffusion: of(1, 2, 3) },
    ],
    [
      'proportional, no drift',
      { diffusion: 'x * 3' },
      { kind: 'geometric', drift: of(0, 0, 0), diffusion: of(3, 3, 3) },
    ],
    [
      'a return to a level',
      { drift: 'kappa * (i - x)', diffusion: '0.5' },
      { kind: 'ornstein-uhlenbeck', rate: of(-2, -2, -2), level: of(2, 4, 6), diffusion: of(0.5, 0.5, 0.5) },
    ],
    [
      'a diagonal matrix',
      { diffusion: '[[1, 0, 0], [0, 2, 0], [0, 0, 3]]' },
      { kind: 'brownian', drift: of(0, 0, 0), diffusion: of(1, 2, 3), mixing: null },
    ],
    [
      'a constant matrix',
      { diffusion: '[[1, 2], [3, 4], [5, 6]]', noiseDim: 2 },
      { kind: 'brownian', drift: of(0, 0, 0), diffusion: of(1, 1, 1), mixing: of(1, 2, 3, 4, 5, 6) },
    ],
    ['time', { drift: 't', diffusion: '1' }, { kind: 'integrated', order: Infinity, hasStep: true }],
    ['time in the noise', { diffusion: '1 + t' }, { kind: 'integrated', order: Infinity, hasStep: true }],
    ['time in a rate', { drift: 't * x', diffusion: '2' }, { kind: 'integrated', hasStep: true }],
    ['time in a proportion', { drift: 't * x', diffusion: 'i * x' }, { kind: 'integrated', hasStep: true }],
    ['a drift that mixes', { drift: 'sum(x)' }, { kind: 'linear', order: Infinity, hasStep: true }],
    ['a drift that bends', { drift: 'sin(sum(x))' }, { kind: 'splitting', order: 2, hasStep: true }],
    ['a shifted proportion', { drift: 'x + 1', diffusion: 'x' }, { kind: 'splitting', hasStep: true }],
    ['a square root', { diffusion: 'sqrt(1 + x^2)' }, { kind: 'splitting', order: 2, hasStep: true }],
    ['noise that mixes', { diffusion: 'x * x[1]' }, { kind: 'splitting', order: 2, hasStep: true }],
    [
      'a moving matrix',
      { diffusion: '[[x[1], 0, 0], [0, x[2], 1], [1, 0, 1]]' },
      { kind: 'splitting', order: 2, hasStep: true },
    ],
  ])('%s', async (_, change, expected) => {
    expect(await motion(change)).toMatchObject({ hasStep: false, ...expected })
  })

  it('mixes correlated noise beforehand where each component has its own', async () => {
    const { kind, mixing } = await motion({ diffusion: 'x', correlation: 0.5 })
    expect(kind).toBe('geometric')
    const rows = [0, 3, 6].map((start) => [...mixing!.subarray(start, start + 3)])
    const products = rows.map((a) => rows.map((b) => a.reduce((sum, value, k) => sum + value * b[k], 0)))
    const close = (value: number) => expect.closeTo(value, 14)
    expect(products).toEqual([
      [close(1), close(0.5), close(0.5)],
      [close(0.5), close(1), close(0.5)],
      [close(0.5), close(0.5), close(1)],
    ])
    expect((await motion({ diffusion: 'x', correlation: 0 })).mixing).toBeNull()
  })

  it('takes correlated Ornstein–Uhlenbeck noise component by component only where all return at one rate', async () => {
    expect((await motion({ drift: '-x', correlation: 0.5 })).kind).toBe('ornstein-uhlenbeck')
    expect(await motion({ drift: '-i * x', correlation: 0.5 })).toMatchObject({
      kind: 'linear',
      order: Infinity,
    })
    expect((await motion({ drift: '-i * x' })).kind).toBe('ornstein-uhlenbeck')
  })

  it('uses a discrete scheme where asked to', async () => {
    const page = { ...base, drift: 'x', diffusion: 'x' }
    expect((await compileProblem(page, page.settings, { scheme: 'euler' })).dynamics.kind).toBe('euler')
    expect((await compileProblem(page, page.settings, { scheme: 'milstein' })).dynamics.kind).toBe('milstein')
    const additive = { ...page, diffusion: '1' }
    expect((await compileProblem(additive, base.settings, { scheme: 'milstein' })).dynamics.kind).toBe(
      'euler',
    )
  })
})

describe('z and gradU', () => {
  const v = [1, -2, 0.5]
  const x = [1, 2, 3]

  it.each<[string, Partial<ProblemDefinition>]>([
    ['scalar', { diffusion: '3' }],
    ['diagonal', { diffusion: 'x * i' }],
    ['dense', { diffusion: '[[1, 2, 0], [0, 1, -1], [1, 0, 3]]' }],
    ['correlated', { diffusion: '2 * x', correlation: 0.3 }],
    [
      'correlated by a matrix',
      { diffusion: 'x', correlation: '[[1, 0.5, 0], [0.5, 1, -0.25], [0, -0.25, 1]]' },
    ],
    ['dense and correlated', { diffusion: '[[1, 2, 0], [0, 1, -1], [1, 0, 3]]', correlation: 0.3 }],
  ])('%s: σ⁻ᵀσᵀ is the identity', async (_, change) => {
    const weights = { let: { w: '[1, 10, 100]' }, driver: 'dot(w, gradU)' }
    const problem = await compiled({ ...change, ...weights })
    const z = scaled(problem, x, v)
    expect(driverAt(problem, x, 0, z)).toBeCloseTo(1 - 20 + 50, 10)
    const gradient = gradientFromScaled(problem, Float64Array.from(x), Float64Array.from(z))
    expect(gradient).toEqual(v.map((value) => expect.closeTo(value, 12)))
  })

  it('is Rᵀσᵀ∇u with the symmetric root of a number, the Cholesky factor of a matrix', async () => {
    const change = { settings: { dim: 2, horizon: 1 }, diffusion: '[2, 3]' }
    const uniform = await compiled({ ...change, correlation: 0.6 })
    const [a, b] = [(Math.sqrt(1.6) + Math.sqrt(0.4)) / 2, (Math.sqrt(1.6) - Math.sqrt(0.4)) / 2]
    expect(scaled(uniform, [0, 0], [1, 1])).toEqual([
      expect.closeTo(2 * a + 3 * b, 14),
      expect.closeTo(2 * b + 3 * a, 14),
    ])
    const general = await compiled({ ...change, correlation: '[[1, 0.6], [0.6, 1]]' })
    expect(scaled(general, [0, 0], [1, 1])).toEqual([
      expect.closeTo(2 + 0.6 * 3, 14),
      expect.closeTo(0.8 * 3, 14),
    ])
  })

  it('finds the gradient from more noises than components, and says where it cannot', async () => {
    const more = await compiled({
      settings: { dim: 2, horizon: 1 },
      diffusion: '[[1, 0, 1], [0, 2, 1]]',
      noiseDim: 3,
    })
    const z = scaled(more, [0, 0], [3, 4])
    expect(z).toEqual([3, 8, 7])
    expect(gradientFromScaled(more, new Float64Array(2), Float64Array.from(z))).toEqual([
      expect.closeTo(3, 12),
      expect.closeTo(4, 12),
    ])
    const fewer = await compiled({ diffusion: '[[1], [1], [1]]', noiseDim: 1 })
    expect(gradientFromScaled(fewer, new Float64Array(3), Float64Array.of(1))).toEqual([null, null, null])
    const none = await compiled({ diffusion: '[1, 0, 1]' })
    expect(gradientFromScaled(none, new Float64Array(3), Float64Array.of(1, 0, 2))).toEqual([1, null, 2])
  })
})
