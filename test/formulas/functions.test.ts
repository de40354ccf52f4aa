import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apply, constant, variable } from '../../src/formulas/build.ts'
import { evaluateScalar } from '../../src/formulas/evaluate.ts'
import { type FunctionName, functions } from '../../src/formulas/functions.ts'
import { generateBatchFunction } from '../../src/formulas/generate.ts'
import { gradient } from '../../src/formulas/gradient.ts'
import { functionNames } from '../../src/formulas/language.ts'
import { loadBatchFunction } from '../../src/formulas/load.ts'

import { between } from './random-formula.ts'

const names = ['a', 'b', 'c']
const all = Object.entries(functions) as [FunctionName, (typeof functions)[FunctionName]][]

/** Points of the domain, away from kinks and jumps: at integers, equal arguments and integer quotients. */
function points(domain: readonly (readonly [number, number])[]) {
  const distance = (value: number) => Math.abs(value - Math.round(value))
  return fc.tuple(...domain.map(([min, max]) => between(min, max))).filter((x) => {
    const [a, b = Number.NaN] = x
    return ![...x.map(distance), Math.abs(a - b), distance(a / b)].some((value) => value < 0.02)
  })
}

/** Fourth-order central difference of the value in argument k. */
function difference(value: (...x: number[]) => number, x: number[], k: number): number {
  const h = 1e-3
  const at = (step: number) =>
    value(...x.map((coordinate, n) => (n === k ? coordinate + step * h : coordinate)))
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h)
}

describe.each(all)('%s', (name, { arity, value, domain }) => {
  const variables = names.slice(0, arity).map((label) => variable(label))
  const expression = apply(name, ...variables)
  const bindings = (x: readonly number[]) =>
    Object.fromEntries(x.map((coordinate, k) => [names[k], coordinate]))

  test('has an interval for every argument', () => {
    expect(domain).toHaveLength(arity)
  })

  test('generated code gives the value', () => {
    const inputs = names.slice(0, arity).map((label) => ({ name: label, shape: [] as const }))
    const batch = loadBatchFunction(generateBatchFunction({ inputs, outputs: [expression] }))
    fc.assert(
      fc.property(points(domain), (x) => {
        const result = new Float64Array(1)
        batch(1, 0, ...x.flatMap((coordinate) => [Float64Array.of(coordinate), 0, 1]), result, 0, 1)
        expect(result[0]).toBeCloseTo(value(...x), 13)
      }),
    )
  })

  test('folds constants', () => {
    fc.assert(
      fc.property(points(domain), (x) => {
        expect(evaluateScalar(apply(name, ...x.map(constant)))).toBeCloseTo(value(...x), 13)
      }),
    )
  })

  test('derivative agrees with central differences', () => {
    const partials = variables.map((argument) => gradient(expression, argument))
    fc.assert(
      fc.property(points(domain), (x) => {
        partials.forEach((partial, k) => {
          const expected = difference(value, x, k)
          const actual = evaluateScalar(partial, bindings(x))
          expect(Math.abs(actual - expected)).toBeLessThan(1e-7 * Math.max(1, Math.abs(expected)))
        })
      }),
    )
  })
})

describe('against JavaScript', () => {
  const direct: Partial<Record<FunctionName, (...x: number[]) => number>> = {
    abs: Math.abs,
    sign: Math.sign,
    sqrt: Math.sqrt,
    cbrt: Math.cbrt,
    exp: Math.exp,
    log: Math.log,
    log1p: Math.log1p,
    expm1: Math.expm1,
    sin: Math.sin,
    cos: Math.cos,
    tan: Math.tan,
    asin: Math.asin,
    acos: Math.acos,
    atan: Math.atan,
    atan2: Math.atan2,
    sinh: Math.sinh,
    cosh: Math.cosh,
    tanh: Math.tanh,
    floor: Math.floor,
    max: Math.max,
    min: Math.min,
    square: (x) => x ** 2,
    cube: (x) => x ** 3,
    relu: (x) => Math.max(x, 0),
    sigmoid: (x) => Math.exp(x) / (1 + Math.exp(x)),
    softplus: (x) => Math.log(1 + Math.exp(x)),
    mod: (a, b) => ((a % b) + b) % b,
  }
  test.each(Object.entries(direct))('%s', (name, reference) => {
    const { value, domain } = functions[name as FunctionName]
    fc.assert(
      fc.property(points(domain), (x) => {
        expect(value(...x)).toBeCloseTo(reference(...x), 12)
      }),
    )
  })

  test('every function of the language is among these or has a test of its own', () => {
    const elsewhere = [
      'concat',
      'if',
      'sum',
      'prod',
      'mean',
      'dot',
      'norm',
      'transpose',
      'diag',
      'erf',
      'normcdf',
    ]
    expect([...Object.keys(direct), ...elsewhere].sort()).toEqual([...functionNames].sort())
  })
})

describe('the derivative at a kink is the stated one', () => {
  const a = variable('a')
  const b = variable('b')
  const at = (name: FunctionName, x: number) => evaluateScalar(gradient(apply(name, a), a), { a: x })
  test.each(['abs', 'relu', 'sign', 'floor', 'normRoot'] as const)('%s: 0 at 0', (name) => {
    expect(at(name, 0)).toBe(0)
  })
  test.each(['max', 'min'] as const)('%s of equals: the first argument’s', (name) => {
    const value = apply(name, a, b)
    expect(evaluateScalar(gradient(value, a), { a: 1, b: 1 })).toBe(1)
    expect(evaluateScalar(gradient(value, b), { a: 1, b: 1 })).toBe(0)
  })
})

test('large arguments do not overflow sigmoid and softplus', () => {
  expect(functions.sigmoid.value(-1000)).toBe(0)
  expect(functions.sigmoid.value(1000)).toBe(1)
  expect(functions.softplus.value(1000)).toBe(1000)
  expect(functions.softplus.value(-1000)).toBe(0)
})
