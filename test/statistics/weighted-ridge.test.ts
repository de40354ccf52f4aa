/** Regression from products: exact where nothing is noisy, weighted by noise, and without what explains nothing. */
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/problem/sample.ts'
import { fitByRidge, type Products } from '../../src/statistics/weighted-ridge.ts'

const FOLDS = 4
const random = seededRandom(7)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Products of `count` observations in each fold. */
function observe(count: number, draw: () => number[]): Products[] {
  return Array.from({ length: FOLDS }, () => {
    const first = draw()
    const products = new Float64Array(first.length ** 2)
    for (let k = 0; k < count; k++) {
      const v = k === 0 ? first : draw()
      for (let i = 0; i < v.length; i++) {
        for (let j = 0; j < v.length; j++) products[i * v.length + j] += v[i] * v[j]
      }
    }
    return products
  })
}

const foldsOf = (...kinds: Products[][]) => kinds[0].map((_, fold) => kinds.map((kind) => kind[fold]))

describe('a regression of one kind', () => {
  it('finds what there is without noise', () => {
    const draw = () => {
      const [a, b] = [normal(), normal()]
      return [a, b, 1, 2 * a - 3 * b + 0.5]
    }
    const solution = fitByRidge(foldsOf(observe(50, draw)), [200], 2)!.coefficients
    for (const [k, value] of [2, -3, 0.5].entries()) expect(solution[k]).toBeCloseTo(value, 3)
  })

  it('keeps features out that explain only noise', () => {
    const draw = () => {
      const idle = Array.from({ length: 30 }, normal)
      const x = normal()
      return [...idle, 1, x, x + normal()]
    }
    const solution = fitByRidge(foldsOf(observe(50, draw)), [200], 30)!.coefficients
    const idle = Math.hypot(...solution.subarray(0, 30))
    // Least squares without a ridge leaves √(30/200) ≈ 0.39.
    expect(idle).toBeLessThan(0.15)
    // Four standard errors of its own, 1/√200.
    expect(Math.abs(solution[31] - 1)).toBeLessThan(4 / Math.sqrt(200))
  })

  it('knows its own error', () => {
    const draw = () => {
      const x = normal()
      return [x, 1, x + normal()]
    }
    const { errors, fitted } = fitByRidge(foldsOf(observe(250, draw)), [1000], 0)!
    // Two coefficients of variance 1/1000 each; four folds know a variance to a factor of a few.
    expect(errors[0]).toBeGreaterThan(2e-3 / 10)
    expect(errors[0]).toBeLessThan(2e-3 * 5)
    expect(fitted[0]).toBeGreaterThan(0.7)
    expect(fitted[0]).toBeLessThan(1.3)
  })

  it('gives a feature that vanishes 0', () => {
    const draw = () => {
      const x = normal()
      return [0, x, 1, x]
    }
    expect(fitByRidge(foldsOf(observe(20, draw)), [80], 2)!.coefficients[0]).toBe(0)
  })

  it('gives null for what is not finite', () => {
    expect(fitByRidge(foldsOf(observe(20, () => [1, Number.NaN])), [80], 0)).toBeNull()
  })
})

describe('a regression of two kinds', () => {
  it('trusts the one with less noise', () => {
    const kind = (deviation: number) => () => {
      const x = normal()
      return [x, 1, x + deviation * normal()]
    }
    const [precise, coarse] = [observe(100, kind(0.01)), observe(10_000, kind(10))]
    const solution = fitByRidge(foldsOf(precise, coarse), [400, 40_000], 0)!.coefficients
    // Of the coarse kind alone the standard error would be 10/√40,000 = 0.05, of the precise one 0.01/√400.
    expect(Math.abs(solution[0] - 1)).toBeLessThan(4 * 5e-4)
  })

  it('does with one kind where there is none of the other', () => {
    const draw = () => {
      const x = normal()
      return [x, 1, 3 * x]
    }
    const none = observe(0, () => [0, 0, 0])
    expect(fitByRidge(foldsOf(observe(20, draw), none), [80, 0], 0)!.coefficients[0]).toBeCloseTo(3, 6)
  })
})
