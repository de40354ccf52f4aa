import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { defineProblem } from '../../src/problem/definition.ts'
import { applySettings, overrideSettings } from '../../src/problem/settings.ts'

const page = defineProblem({
  id: 'page',
  title: '',
  source: '',
  group: '',
  settings: { dim: 3, horizon: 1, lambda: 1, weights: [1, 2, 3], rho: [[1, 0], [0, 1]] }, // biome-ignore format: one line
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: '0',
})

describe('--set', () => {
  it('keeps the page as it is', () => {
    expect(applySettings(page, [])).toEqual(page.settings)
    applySettings(page, ['lambda=7'])
    expect(page.settings.lambda).toBe(1)
  })

  it.each([
    ['lambda=10', 'lambda', 10],
    ['lambda= -1.5e-3', 'lambda', -0.0015],
    ['lambda=.5', 'lambda', 0.5],
    ['weights=[4,5]', 'weights', [4, 5]],
    ['rho=[[1,0.5],[0.5,1]]', 'rho', [[1, 0.5], [0.5, 1]]], // biome-ignore format: one line
    ['x0=[1,2,3]', 'x0', [1, 2, 3]],
    ['x0=2', 'x0', 2],
  ])('%s', (assignment, name, value) => {
    expect(applySettings(page, [assignment])[name]).toEqual(value)
  })

  it('takes the last of several', () => {
    expect(applySettings(page, ['lambda=2', 'lambda=3']).lambda).toBe(3)
  })

  it.each([
    ['dim=0', 'page: dim must be an integer ≥ 1, got 0. Use --set dim=100.'],
    ['dim=-1', 'page: dim must be an integer ≥ 1, got -1. Use --set dim=100.'],
    ['dim=1.5', 'page: dim must be an integer ≥ 1, got 1.5. Use --set dim=100.'],
    ['dim=NaN', 'page: dim must be a number or a list of numbers, got NaN. Use --set dim=100.'],
    ['dim=1e9', 'page: dim must be at most 1000000, got 1000000000. Use --set dim=100.'],
    ['dim=[3]', 'page: dim must be a number as in the page, got [3]. Use --set dim=3.'],
    ['horizon=0', 'page: horizon must be a finite number > 0, got 0. Use --set horizon=1.'],
    ['horizon=Infinity', 'page: horizon must be a finite number > 0, got Infinity. Use --set horizon=1.'],
    ['lambda=1e400', 'page: lambda must be finite, got Infinity. Use a finite value for --set lambda=….'],
    [
      'lambda=1/3',
      'page: lambda must be a number or a list of numbers, got 1/3. Use --set lambda=1 or --set lambda=1,2.',
    ],
    [
      'lambda=',
      'page: lambda must be a number or a list of numbers, got . Use --set lambda=1 or --set lambda=1,2.',
    ],
    [
      'lamda=1',
      "page: unknown setting 'lamda'. Did you mean 'lambda'? Its settings are dim, horizon, lambda, weights, rho, x0.",
    ],
    [
      '__proto__=1',
      "page: unknown setting '__proto__'. Its settings are dim, horizon, lambda, weights, rho, x0.",
    ],
    ['lambda', "page: a setting is written name=value, got 'lambda'. Use --set dim=100."],
    [
      'x0=[1,2]',
      'page: x0 must be a number or a list of dim = 3 numbers, got [1,2]. Use --set x0=0 or --set dim=2.',
    ],
    ['weights=5', 'page: weights must be a list as in the page, got 5. Use --set weights=[1,2,3].'],
    ['weights=["a"]', /weights must be a number, a list of numbers/],
    ['rho=[[1],[1,2]]', /rho must be a number, a list of numbers/],
    ['weights=[1,', /weights must be a number or a list/],
  ])('refuses %s', (assignment, message) => {
    expect(() => applySettings(page, [assignment])).toThrow(UserError)
    expect(() => applySettings(page, [assignment])).toThrow(message)
  })

  it('refuses numbers from code that are not finite', () => {
    expect(() => overrideSettings(page, { weights: [1, Number.NaN] })).toThrow(/weights must be finite/)
    expect(() => overrideSettings(page, { dim: Number.NaN })).toThrow(/dim must be an integer/)
  })
})
