import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { variable } from '../../src/formulas/build.ts'
import { evaluate, evaluateScalar } from '../../src/formulas/evaluate.ts'
import type { Expression } from '../../src/formulas/expression.ts'
import { generateBatchFunction } from '../../src/formulas/generate.ts'
import { gradients } from '../../src/formulas/gradient.ts'
import { type BatchFunction, loadBatchFunction } from '../../src/formulas/load.ts'
import { loadParser, parseFormula } from '../../src/formulas/parse.ts'
import { sizeOf } from '../../src/formulas/shape.ts'
import {
  between,
  dimension,
  type Formula,
  scalarFormula,
  scope,
  type Values,
  values,
  vectorFormula,
} from './random-formula.ts'

beforeAll(loadParser)

const inputs = [
  { name: 'x', shape: [dimension] as const },
  { name: 'y', shape: [] as const },
  { name: 'z', shape: [dimension] as const },
]

/** Calls a batch function on rows that stand apart from each other and from the ends of the arrays. */
function call(
  batch: BatchFunction,
  outputs: readonly Expression[],
  rows: readonly Values[],
  t: number,
): number[][][] {
  const gap = 3
  const columns = [rows.map(({ x }) => x), rows.map(({ y }) => [y]), rows.map(({ z }) => z)]
  const packed = columns.flatMap((column) => {
    const stride = column[0].length + gap
    const array = new Float64Array(1 + rows.length * stride).fill(Number.NaN)
    column.forEach((row, r) => {
      array.set(row, 1 + r * stride)
    })
    return [array, 1, stride]
  })
  const results = outputs.map(({ shape }) =>
    new Float64Array(2 + rows.length * (sizeOf(shape) + gap)).fill(77),
  )
  batch(
    rows.length,
    t,
    ...packed,
    ...results.flatMap((array, k) => [array, 2, sizeOf(outputs[k].shape) + gap]),
  )
  return results.map((array, k) => {
    const size = sizeOf(outputs[k].shape)
    expect(
      [...array].filter((_, n) => n < 2 || (n - 2) % (size + gap) >= size).every((value) => value === 77),
    ).toBe(true)
    return rows.map((_, r) => [...array.subarray(2 + r * (size + gap), 2 + r * (size + gap) + size)])
  })
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length)
  for (let k = 0; k < actual.length; k++) {
    const scale = Math.max(1, Math.abs(expected[k]))
    if (Number.isNaN(expected[k])) expect(actual[k]).toBeNaN()
    else expect(Math.abs(actual[k] - expected[k]) / scale).toBeLessThan(tolerance)
  }
}

/** Values that rounding does not spoil: huge ones come of squared squares. */
function isModerate(numbers: readonly number[]): boolean {
  return numbers.every((value) => Math.abs(value) < 1e6)
}

describe('random formulas', () => {
  test.each<[string, fc.Arbitrary<Formula>]>([
    ['scalars', scalarFormula],
    ['vectors', vectorFormula],
  ])('the interpreter and the generated code give what the formula says: %s', (_, formulas) => {
    fc.assert(
      fc.property(formulas, values, ({ text, value }, at) => {
        const expected = value(at)
        fc.pre(isModerate(expected))
        const expression = parseFormula(text, scope)
        expectClose(evaluate(expression, { ...at }), expected, 1e-9)
        const batch = loadBatchFunction(generateBatchFunction({ inputs, outputs: [expression] }))
        expectClose(call(batch, [expression], [at, at], at.t)[0][1], expected, 1e-9)
      }),
      { numRuns: 200 },
    )
  })

  test('value, gradients and second derivatives in one function, interpreted and generated', () => {
    fc.assert(
      fc.property(scalarFormula, fc.array(values, { minLength: 1, maxLength: 3 }), ({ text }, rows) => {
        const value = parseFormula(text, scope)
        const variables = inputs.map(({ name, shape }) => variable(name, shape))
        const first = gradients(value, variables)
        const again = gradients(first[1], variables)
        const outputs = [value, ...first, ...again]
        const batch = loadBatchFunction(generateBatchFunction({ inputs, outputs }))
        const t = 0.25
        const results = call(batch, outputs, rows, t)
        outputs.forEach((output, k) => {
          rows.forEach((row, r) => {
            const expected = evaluate(output, { ...row, t })
            if (isModerate([...expected])) expectClose(results[k][r], expected, 1e-8)
          })
        })
      }),
      { numRuns: 200 },
    )
  })

  test('gradients agree with central differences', () => {
    fc.assert(
      fc.property(scalarFormula, values, ({ text, value }, at) => {
        const expression = parseFormula(text, scope)
        const y = variable('y')
        const x = variable('x', [dimension])
        const [dy, dx] = gradients(expression, [y, x])
        const alongY = (h: number) => value({ ...at, y: at.y + h })[0]
        compare(evaluateScalar(dy, { ...at }), alongY)
        evaluate(dx, { ...at }).forEach((actual, k) => {
          compare(actual, (h) => value({ ...at, x: at.x.map((v, n) => (n === k ? v + h : v)) })[0])
        })
      }),
      { numRuns: 200 },
    )
  })

  test('gradients of gradients agree with central differences of gradients', () => {
    fc.assert(
      fc.property(scalarFormula, values, vector, ({ text }, at, direction) => {
        const x = variable('x', [dimension])
        const [dx] = gradients(parseFormula(text, scope), [x])
        const along = parseFormula('dot(a, b)', {
          place: 'test',
          variables: {},
          definitions: { a: dx, b: variable('v', [dimension]) },
        })
        const [hessianVector] = gradients(along, [x])
        evaluate(hessianVector, { ...at, v: direction }).forEach((actual, k) => {
          const moved = (h: number) => ({ ...at, x: at.x.map((v, n) => (n === k ? v + h : v)), v: direction })
          compare(actual, (h) => evaluateScalar(along, moved(h)))
        })
      }),
      { numRuns: 150 },
    )
  })
})

const vector = fc.array(between(-1, 1), {
  minLength: dimension,
  maxLength: dimension,
})

/**
 * Against a central difference, where the function is smooth: where halving the step changes neither it nor the second
 * difference, which a kink doubles.
 */
function compare(actual: number, along: (h: number) => number): void {
  const first = (h: number) => (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)
  const second = (h: number) => (along(h) - 2 * along(0) + along(-h)) / h ** 2
  const fine = first(1e-3)
  const scale = Math.max(1, Math.abs(fine), Math.abs(along(0)))
  const isSmooth =
    Math.abs(first(2e-3) - fine) < 1e-7 * scale && Math.abs(second(2e-3) - second(1e-3)) < 1e-3 * scale
  if (isSmooth) expect(Math.abs(actual - fine) / scale).toBeLessThan(1e-6)
}
