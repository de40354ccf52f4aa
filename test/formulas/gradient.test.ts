import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { broadcast, element, variable } from '../../src/formulas/build.ts'
import { componentDerivative, jacobianDiagonal } from '../../src/formulas/component-derivative.ts'
import { evaluate } from '../../src/formulas/evaluate.ts'
import type { Expression } from '../../src/formulas/expression.ts'
import { gradient, gradients } from '../../src/formulas/gradient.ts'
import { loadParser, parseFormula } from '../../src/formulas/parse.ts'
import { toText } from '../../src/formulas/print.ts'
import type { Shape } from '../../src/formulas/shape.ts'
import { dimension, scope, values, vectorFormula } from './random-formula.ts'

beforeAll(loadParser)

const shapes: Record<string, Shape> = { t: [], y: [], x: [3], z: [3] }
const x = variable('x', [3])
const y = variable('y')

function parse(text: string) {
  const constants = {
    m: [0.5, 1, 1.5],
    s: 0.2,
    M: [
      [1, 2, 3],
      [0, 1, 0],
      [0, 0, 1],
    ],
  } // prettier-ignore
  return parseFormula(text, { place: 'test', variables: shapes, constants })
}

function gradientAt(text: string, at: number[]): number[] {
  return [...evaluate(gradient(parse(text), x), { x: at, y: 0, t: 0, z: [0, 0, 0] })]
}

describe('at points that are not smooth', () => {
  test.each<[string, number[], number[]]>([
    ['norm(x)', [0, 0, 0], [0, 0, 0]],
    ['norm(x)^2', [0, 0, 0], [0, 0, 0]],
    ['max(x)', [2, 2, 1], [1, 0, 0]],
    ['min(x)', [3, 1, 1], [0, 1, 0]],
    ['max(x[1], x[2], x[3])', [2, 2, 2], [1, 0, 0]],
    ['max([x[3], x[2], x[1]])', [2, 2, 2], [0, 0, 1]],
    ['sum(abs(x))', [0, -1, 1], [0, -1, 1]],
    ['sum(relu(x))', [0, -1, 1], [0, 0, 1]],
    ['sum(max(x, 0))', [0, -1, 1], [1, 0, 1]],
    ['prod(x)', [0, 2, 3], [6, 0, 0]],
    ['prod(x)', [0, 0, 3], [0, 0, 0]],
    ['prod(x)', [5, 2, 3], [6, 15, 10]],
    ['sum(floor(x) + sign(x) + (x > 0))', [0.5, 1, -2], [0, 0, 0]],
  ])('%s', (text, at, expected) => {
    expect(gradientAt(text, at)).toEqual(expected)
  })
})

describe('the branch not taken contributes nothing, finite or not', () => {
  test.each<[string, number[], number[]]>([
    ['if(x[1] > 0, sqrt(x[1]), 0)', [-1, 0, 0], [0, 0, 0]],
    ['if(x[1] > 0, log(x[1]) * x[2], x[3])', [-1, 2, 0], [0, 0, 1]],
    ['sum(if(x > 0, sqrt(x), x^2))', [0.25, -1, 0], [1, -2, 0]],
    ['sum(if(x > 0, log(x), 0) + if(x > 1, sqrt(x - 1), 0))', [0.5, -1, 5], [2, 0, 0.45]],
    ['if(y > 1, 1 / y, 0) * x[1] + if(x[1] > 0, 1 / x[1], 0)', [0, 0, 0], [0, 0, 0]],
    ['3 * exp(2 * if(x[2] > 0, sqrt(x[2]) + 1, 0))', [0, 0, 0], [0, 0, 0]],
    ['(x[1] > 0) * sqrt(x[1])', [-1, 0, 0], [0, 0, 0]],
    ['norm(if(x > 0, sqrt(x), 0))', [-1, 4, -1], [0, 0.25, 0]],
  ])('%s', (text, at, expected) => {
    gradientAt(text, at).forEach((value, k) => {
      expect(value).toBeCloseTo(expected[k], 12)
    })
  })
})

describe('gradients', () => {
  test('simplify', () => {
    const value = parse('-s/2 * dot(z, z) + y * t - y^3')
    const [dz, dy, dx] = gradients(value, [variable('z', [3]), y, x])
    expect(toText(dz)).toBe('-0.2 * z')
    expect(toText(dy)).toBe('t - 3 * y^2')
    expect(toText(dx)).toBe('0')
    expect(dx.shape).toEqual([3])
  })

  test('of the value itself and of nothing', () => {
    expect(toText(gradient(y, y))).toBe('1')
    expect(toText(gradient(parse('3'), y))).toBe('0')
  })

  test('of a vector is an error', () => {
    expect(() => gradient(x, x)).toThrow('only a scalar has a gradient, got a vector[3]')
  })

  test('a vector–Jacobian product is the gradient of a dot with a seed', () => {
    const scope = {
      place: 'test',
      variables: { x: [3], v: [3] } as const,
      constants: {
        M: [
          [1, 2, 3],
          [0, 1, 0],
          [0, 0, 1],
        ],
      },
    } // prettier-ignore
    const product = gradient(parseFormula('dot(v, M * sin(x))', scope), x)
    expect(toText(product)).toContain('cos(x)')
    const value = evaluate(product, { x: [0, 0, 0], v: [1, 2, 3] })
    expect([...value]).toEqual([1, 4, 6])
  })
})

describe('component derivatives', () => {
  test.each<[string, string | null]>([
    ['0', '0'],
    ['s * t', '0'],
    ['m', '0'],
    ['0.06 * x', '0.06'],
    ['m * x', '[0.5, 1, 1.5]'],
    ['s * (m - x)', '-0.2'],
    ['x^2 * t', '2 * t * x'],
    ['sin(x) + sum(m)', 'cos(x)'],
    ['diag(m) * x', '[0.5, 1, 1.5]'],
    ['[2 * x[1], x[2], 3 * x[3]]', '[2, 1, 3]'],
    ['concat(2 * x[1:2], -x[3])', '[2, 2, -1]'],
    ['[x[2], x[1], x[3]]', null],
    ['x * sum(x)', null],
    ['x * x[1]', null],
    ['M * x', null],
    ['sum(x)', null],
    ['x[2:3]', null],
  ])('%s', (text, expected) => {
    const derivative = componentDerivative(parse(text), x)
    expect(derivative === null ? null : toText(derivative)).toBe(expected)
  })

  test('in one dimension', () => {
    const one = variable('x', [1])
    const value = parseFormula('[x[1] * 2]', { place: 'test', variables: { x: [1] } })
    expect(toText(componentDerivative(value, one)!)).toBe('2')
  })
})

describe('the diagonal of a Jacobian', () => {
  test.each<[string, boolean]>([
    ['sum(x) * x', true],
    ['x * x[1] + x[2:2:3][1]', true],
    ['dot(x, x) * sin(x) + norm(x)', true],
    ['concat(x[2:3], x[1])', true],
    ['concat(x[1:2] * max(x), t)', true],
    ['M * x', false],
  ])('%s', (text, isKnown) => {
    expect(jacobianDiagonal(parse(text), x) !== null).toBe(isKnown)
    agreesWithGradients(parse(text), x, { x: [0.3, -0.7, 1.1], t: 0.5 })
  })

  test('of random formulas is that of the gradients of their elements, or not known', () => {
    const ofScope = variable('x', [dimension])
    fc.assert(
      fc.property(vectorFormula, values, ({ text }, at) => {
        agreesWithGradients(parseFormula(text, scope), ofScope, { ...at })
      }),
    )
  })

  function agreesWithGradients(value: Expression, of: Expression, at: Parameters<typeof evaluate>[1]): void {
    const diagonal = jacobianDiagonal(value, of)
    if (diagonal === null || value.shape[0] !== of.shape[0]) return
    const found = evaluate(broadcast(diagonal, value.shape), at)
    found.forEach((derivative, i) => {
      const expected = evaluate(broadcast(gradient(element(value, i), of), of.shape), at)[i]
      expect(Math.abs(derivative - expected)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(expected)))
    })
  }
})
