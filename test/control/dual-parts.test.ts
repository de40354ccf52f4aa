/** What the dual bound is built from: quadratics below a cost, components that no control reaches, forms minimised over. */
import { describe, expect, it } from 'vitest'
import { hessianTimes, isAffine, quadraticBelow } from '../../src/control/dual/curvature.ts'
import { controlledComponents } from '../../src/control/dual/exogenous.ts'
import { LinearMap } from '../../src/control/dual/linear-map.ts'
import { minimiseOver } from '../../src/control/dual/quadratic.ts'
import { variable } from '../../src/formulas/build.ts'
import { evaluate } from '../../src/formulas/evaluate.ts'
import type { Expression } from '../../src/formulas/expression.ts'
import { loadParser, parseFormula } from '../../src/formulas/parse.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'

await loadParser()
const x = variable('x', [2])
const a = variable('a', [2])

function formula(text: string): Expression {
  const variables = { t: [], x: [2], a: [2], w: [2] } as const
  return parseFormula(text, { place: 'test', variables, constants: {}, definitions: {} })
}

/** κ's Hessian times (1, 0) in x. */
function bend(text: string): number[] | null {
  const below = quadraticBelow(formula(text), [x, a])
  if (below === null) return null
  const [inX] = hessianTimes(below, [x, a], [variable('dx', [2]), variable('da', [2])])
  return [
    ...evaluate(inX, { dx: Float64Array.of(1, 0), da: new Float64Array(2), x: [0, 0], a: [0, 0], t: 0 }),
  ]
}

describe('the quadratic below a cost', () => {
  it.each([
    ['dot(x, x) + dot(a, a)', [2, 0]],
    ['x[1] * a[2] - x[1]^2', [-2, 0]],
    ['if(t > 1, 3, 5) * x[1]^2', [10, 0]],
    ['abs(x[1]) + exp(x[2]) + x[1]^2', [2, 0]],
    ['max(x[1], 0) - 3 * x[1]', [0, 0]],
  ])('of %s bends by its rules', (text, expected) => {
    expect(bend(text)).toEqual(expected)
  })

  it('of a function of the squared norm is the sharp one, within the pieces of its search', () => {
    const [own] = bend('log((1 + dot(x, x)) / 2)')!
    expect(own).toBeLessThan(-0.25)
    expect(own).toBeGreaterThan(-0.26)
    expect(Math.abs(bend('sqrt(1 + dot(x, x))')![0])).toBeLessThan(1e-3)
  })

  it.each([
    'sin(x[1])',
    '-abs(x[1])',
    'x[1]^3',
    'floor(x[1])',
    'exp(x[1]) * a[1]',
  ])('of %s is not known', (text) => {
    expect(bend(text)).toBeNull()
  })
})

it('takes no function for affine whose slope jumps or is hidden', () => {
  for (const text of ['floor(x)', 'abs(x)', 'max(x, a)', 'if(x[1] > 0, x, 2 * x)', 'x * a', 'sign(x)']) {
    expect(isAffine(formula(text), [x, a])).toBe(false)
  }
  expect(isAffine(formula('if(t > 1, x, 2 * a)'), [x, a])).toBe(true)
})

it('finds what the control reaches, at once or through other components', () => {
  const reached = (text: string) => [...controlledComponents(formula(text), x, a)]
  expect(reached('x + a')).toEqual([1, 1])
  expect(reached('concat(x[1] + w[1], x[2] + a[1])')).toEqual([0, 1])
  expect(reached('concat(x[1] + x[2], x[2] + a[1])')).toEqual([1, 1])
  expect(reached('concat(x[1], x[2]) + w')).toEqual([0, 0])
})

describe('a quadratic form', () => {
  const size = 5
  const random = seededRandom(4)
  const root = normalVector(random, size * size)
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) matrix[i * size + j] += root[i * size + k] * root[j * size + k]
    }
  }
  const value = (z: Float64Array) => {
    const image = new Float64Array(size)
    new LinearMap(matrix, size, size).add(image, 0, z, 0)
    return 0.5 * z.reduce((sum, zi, i) => sum + zi * image[i], 0)
  }

  it('has the least value that its gain leads to', () => {
    const { gain, rest } = minimiseOver(matrix, size, 1, 2)!
    const others = normalVector(random, 3)
    const best = new Float64Array(2)
    new LinearMap(gain, 2, 3).add(best, 0, others, 0)
    const at = (u: Float64Array) => value(Float64Array.of(others[0], u[0], u[1], others[1], others[2]))
    let expected = 0
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) expected += 0.5 * others[i] * rest[i * 3 + j] * others[j]
    }
    expect(at(best)).toBeCloseTo(expected, 10)
    for (let k = 0; k < 10; k++) {
      const away = normalVector(random, 2).map((step, j) => best[j] + step)
      expect(at(away)).toBeGreaterThan(expected)
    }
  })

  it('has none where it is not strictly convex, but a variable without effect is left out', () => {
    expect(minimiseOver(Float64Array.of(1, 0, 0, -1), 2, 1, 1)).toBeNull()
    expect(minimiseOver(Float64Array.of(1, 1, 1, 0), 2, 1, 1)).toBeNull()
    const { gain, inverse, rest } = minimiseOver(Float64Array.of(3, 0, 0, 0), 2, 1, 1)!
    expect([gain[0], inverse[0], rest[0]]).toEqual([-0, 0, 3])
  })
})

it('a map gives the same with few entries as with many', () => {
  const random = seededRandom(5)
  const [rows, columns] = [7, 11]
  const sparse = Float64Array.from({ length: rows * columns }, () => (random() < 0.1 ? random() : 0))
  const v = normalVector(random, columns)
  const u = normalVector(random, rows)
  const apply = (isFixed: boolean) => {
    const map = new LinearMap(sparse, rows, columns, columns, isFixed)
    const [image, back] = [new Float64Array(rows), new Float64Array(columns)]
    map.add(image, 0, v, 0)
    map.addTransposed(back, 0, u, 0)
    return [...image, ...back]
  }
  apply(true).forEach((value, k) => {
    expect(value).toBeCloseTo(apply(false)[k], 12)
  })
})
