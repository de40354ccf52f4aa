import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  array,
  concat,
  constant,
  element,
  fill,
  iota,
  mul,
  slice,
  sum,
  variable,
} from '../../src/formulas/build.ts'
import { evaluate } from '../../src/formulas/evaluate.ts'
import type { Expression } from '../../src/formulas/expression.ts'
import { generateBatchFunction } from '../../src/formulas/generate.ts'
import { gradient, gradients } from '../../src/formulas/gradient.ts'
import { diag, matmul, matvec, outer, transpose } from '../../src/formulas/linear.ts'
import { loadBatchFunction } from '../../src/formulas/load.ts'
import { loadParser, parseFormula } from '../../src/formulas/parse.ts'
import { type Shape, sizeOf } from '../../src/formulas/shape.ts'

beforeAll(loadParser)

/** Deterministic numbers in (−1, 1) that repeat nothing. */
function numbers(length: number, seed: number): number[] {
  return Array.from({ length }, (_, k) => Math.sin(1 + 12.9898 * (k + 1) + 78.233 * seed))
}

function parse(
  text: string,
  variables: Record<string, Shape>,
  constants: Record<string, number | number[]> = {},
): Expression {
  return parseFormula(text, { place: 'test', variables, constants })
}

/** Runs a few rows and compares every output with the interpreter. */
function expectSameAsInterpreter(
  variables: Record<string, Shape>,
  outputs: readonly Expression[],
  Floats: typeof Float64Array | typeof Float32Array = Float64Array,
): void {
  const rows = 3
  const inputs = Object.entries(variables).map(([name, shape]) => ({ name, shape }))
  const batch = loadBatchFunction(generateBatchFunction({ inputs, outputs }))
  const arrays = inputs.map(({ shape }, k) => Floats.from(numbers(rows * sizeOf(shape), k)))
  const results = outputs.map(({ shape }) => new Floats(rows * sizeOf(shape)))
  batch(
    rows,
    0.5,
    ...arrays.flatMap((values, k) => [values, 0, sizeOf(inputs[k].shape)]),
    ...results.flatMap((values, k) => [values, 0, sizeOf(outputs[k].shape)]),
  )
  for (let row = 0; row < rows; row++) {
    const at = (values: Float64Array | Float32Array, shape: Shape) =>
      values.slice(row * sizeOf(shape), (row + 1) * sizeOf(shape))
    const bindings = Object.fromEntries(inputs.map(({ name, shape }, k) => [name, at(arrays[k], shape)]))
    outputs.forEach((output, k) => {
      const expected = evaluate(output, { ...bindings, t: 0.5 })
      at(results[k], output.shape).forEach((value, j) => {
        const tolerance = (Floats === Float32Array ? 1e-6 : 1e-12) * Math.max(1, Math.abs(expected[j]))
        expect(Math.abs(value - expected[j])).toBeLessThanOrEqual(tolerance)
      })
    })
  }
}

const formulas = [
  'log((1 + dot(x, x)) / 2)',
  'max(max(x) - 0.1, 0) - 2 * max(max(x) - 0.5, 0)',
  'min(x) * exp(-norm(z))',
  'sum(exp(x * t)) / sum(exp(z) + i)',
  'prod(1 + x / 4) + mean(sin(i * x))',
  'dot(sin(x), cos(z)) + sum(if(x > z, x^3, z^2))',
  'log(sum(exp(x))) * y',
  'sum(x[end:end]) * x[1] + y',
]

describe.each([1, 2, 3, 4, 5, 7, 8, 9, 31, 100])('dimension %d', (dim) => {
  const variables = { x: [dim], y: [], z: [dim] } as const
  test.each(formulas)('%s with gradients', (text) => {
    const value = parseFormula(text, {
      place: 'test',
      variables: { t: [], ...variables },
      definitions: { i: iota(dim) },
    })
    const all = Object.entries(variables).map(([name, shape]) => variable(name, shape))
    const first = gradients(value, all)
    expectSameAsInterpreter(variables, [value, ...first, gradient(sum(mul(first[0], first[0])), all[0])])
  })
})

describe('structure', () => {
  const x = variable('x', [40])
  const A = variable('A', [3, 5])
  const B = variable('B', [5, 4])
  const v = variable('v', [5])
  const w = variable('w', [3])
  const shapes = { A: [3, 5], B: [5, 4], v: [5], w: [3], x: [40] } as const

  test('matrices among the inputs, with gradients of all', () => {
    const value = sum(mul(matvec(transpose(matmul(A, B)), w), concat([constant(1), slice(v, 1, 1, 3)])))
    const outputs = [
      matvec(A, v),
      matvec(A, w, true),
      matmul(A, B),
      transpose(B),
      outer(w, v),
      diag(w),
      value,
    ]
    expectSameAsInterpreter(shapes, [...outputs, ...gradients(value, [A, B, v, w])])
  })

  test.each([3, 4, 5, 6, 7])('products with constant matrices of %d rows', (rows) => {
    const M = array(Float64Array.from(numbers(rows * 9, rows)), [rows, 9])
    const [u, v] = [variable('u', [rows]), variable('v', [9])]
    expectSameAsInterpreter({ u: [rows], v: [9] }, [matvec(M, v), matvec(M, u, true)])
  })

  test('functions of matrices', () => {
    const scope = { place: 'test', variables: shapes }
    const value = parseFormula('sum(sin(A) .^ 2 + A * 2) + max(A) + sum((diag(w) * A) .* A)', scope)
    expectSameAsInterpreter(shapes, [value, gradient(value, A), parseFormula('exp(-A)', scope)])
  })

  test('more pieces than operations pass into', () => {
    const pieces = Array.from({ length: 70 }, (_, k) => mul(constant(k + 1), element(x, k % 40)))
    const scope = { place: 'test', variables: {}, definitions: { p: concat(pieces) } }
    for (const text of ['sum(sin(p) * p)', 'max(p)', 'norm(p) + p[3] + sum(p[2:60])', 'dot(p, cos(p))']) {
      const value = parseFormula(text, scope)
      expectSameAsInterpreter(shapes, [value, gradient(value, x), parseFormula('exp(-p^2)', scope)])
    }
  })

  test('strides', () => {
    const scope = { place: 'test', variables: shapes }
    const value = parseFormula('sum(x[1:2:40] * x[2:2:40]^2) + prod(x[1:3:10]) + sum(sin(x)[3:7])', scope)
    expectSameAsInterpreter(shapes, [value, gradient(value, x), parseFormula('x[2:2:40] / 2', scope)])
  })

  test('what has no row', () => {
    const scope = { place: 'test', variables: { t: [], ...shapes } as const, definitions: { i: iota(40) } }
    const texts = [
      'sin(i * t)',
      'sum(exp(-i * t)) + t',
      'x * cos(i)',
      'sum(cos(i)) * x',
      'i',
      '3',
      'max(sin(i * t)) * x',
      'sin(i)[5] * x[5]',
      'sum(sin(i)[2:9] * x[3:10])',
    ]
    const outputs = texts.map((text) => parseFormula(text, scope))
    expectSameAsInterpreter(shapes, [
      ...outputs,
      fill(constant(2), [40]),
      array(Float64Array.of(1, 2, 3), [3]),
    ])
  })

  test('the same output twice, inputs as outputs', () => {
    const value = parseFormula('exp(x) * 2', { place: 'test', variables: shapes })
    expectSameAsInterpreter(shapes, [value, value, x, A, sum(value), sum(value)])
  })

  test('single precision arrays', () => {
    const value = parseFormula('log((1 + dot(x, x)) / 2)', { place: 'test', variables: shapes })
    expectSameAsInterpreter(shapes, [value, gradient(value, x)], Float32Array)
  })
})

describe('code', () => {
  const loops = (source: string) => source.split('for (let row')[1].match(/for \(/g)?.length ?? 0

  test('value and gradient of the driver of hjb-lq are one loop', () => {
    const z = variable('z', [100])
    const value = parse('-lambda/2 * dot(z, z)', { z: [100] }, { lambda: 1 })
    const source = generateBatchFunction({
      inputs: [{ name: 'z', shape: [100] }],
      outputs: [value, gradient(value, z)],
    })
    expect(loops(source)).toBe(1)
  })

  test('the greatest element and its place are one search, the gradient zeros but there', () => {
    const x = variable('x', [100])
    const value = parse('2 * max(x)', { x: [100] })
    const source = generateBatchFunction({
      inputs: [{ name: 'x', shape: [100] }],
      outputs: [value, gradient(value, x)],
    })
    expect(loops(source)).toBe(2)
    expect(source.match(/if \(/g)).toHaveLength(4) // the search's four lanes
    expect(source.match(/= 0$/gm)).toHaveLength(4) // the zeros'
  })

  test('a costly function is computed once an element', () => {
    const x = variable('x', [100])
    const value = parse('log(sum(exp(x)))', { x: [100] })
    const source = generateBatchFunction({
      inputs: [{ name: 'x', shape: [100] }],
      outputs: [value, gradient(value, x)],
    })
    expect(loops(source)).toBe(2)
    expect(source.match(/Math\.exp/g)).toHaveLength(4) // the loop's four lanes
  })

  test('what does not depend on the row is computed outside the loop over rows', () => {
    const value = parse('exp(-r * t) * y + sin(r)', { t: [], y: [], r: [] })
    const source = generateBatchFunction({
      inputs: [{ name: 'y', shape: [] }],
      outputs: [value],
      scalars: ['r'],
    })
    expect(source.split('for (let row')[1]).not.toContain('Math')
  })

  test('a derivative that is zero costs nothing', () => {
    const value = parse('y - y^3', { y: [], z: [100] })
    expect(gradient(value, variable('z', [100]))).toBe(fill(constant(0), [100]))
  })

  test('extra scalars follow t', () => {
    const value = parse('x + a * dt + b * t', { t: [], x: [2], a: [], b: [], dt: [] })
    const batch = loadBatchFunction(
      generateBatchFunction({
        inputs: [{ name: 'x', shape: [2] }],
        outputs: [value],
        scalars: ['dt', 'a', 'b'],
      }),
    )
    const result = new Float64Array(2)
    batch(1, 0.5, 0.1, 3, 4, Float64Array.of(1, 2), 0, 2, result, 0, 2)
    expect([...result]).toEqual([1 + 3 * 0.1 + 4 * 0.5, 2 + 3 * 0.1 + 4 * 0.5])
  })

  test('no rows', () => {
    const batch = loadBatchFunction(
      generateBatchFunction({ inputs: [{ name: 'y', shape: [] }], outputs: [parse('y', { y: [] })] }),
    )
    const result = Float64Array.of(7)
    batch(0, 0, new Float64Array(0), 0, 1, result, 0, 1)
    expect(result[0]).toBe(7)
  })

  test('a batch in parts gives the same bits', () => {
    const z = variable('z', [13])
    const value = parse('norm(z) + sum(exp(z) * sin(z)) / 7', { z: [13] })
    const batch = loadBatchFunction(
      generateBatchFunction({ inputs: [{ name: 'z', shape: [13] }], outputs: [value, gradient(value, z)] }),
    )
    const rows = 17
    const input = Float64Array.from(numbers(rows * 13, 3))
    const run = (cuts: number[]) => {
      const [f, g] = [new Float64Array(rows), new Float64Array(rows * 13)]
      cuts.slice(1).forEach((end, k) => {
        const start = cuts[k]
        batch(end - start, 0, input, start * 13, 13, f, start, 1, g, start * 13, 13)
      })
      return [...f, ...g]
    }
    expect(run([0, 5, 6, 17])).toEqual(run([0, 17]))
  })

  test('numbers keep their bits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const long = Float64Array.from({ length: 300 }, (_, k) => value + k)
        const outputs = [constant(value), array(Float64Array.of(value, 0.1), [2]), array(long, [300])]
        const batch = loadBatchFunction(generateBatchFunction({ inputs: [], outputs }))
        const results = [new Float64Array(1), new Float64Array(2), new Float64Array(300)]
        batch(1, 0, ...results.flatMap((result) => [result, 0, result.length]))
        expect(results[0][0]).toBe(value === 0 ? 0 : value)
        expect(results[1][0]).toBe(value)
        expect(results[2]).toEqual(long)
      }),
    )
  })

  test('a variable that is no input', () => {
    const outputs = [parse('y', { y: [] })]
    expect(() => generateBatchFunction({ inputs: [], outputs })).toThrow('"y" is not among the inputs')
    expect(() => generateBatchFunction({ inputs: [{ name: 'y', shape: [2] }], outputs })).toThrow(
      '"y" is a scalar in a formula and a vector[2] among the inputs',
    )
  })

  test('too much', () => {
    const big = array(
      Float64Array.from({ length: 1_100_000 }, (_, k) => k),
      [1_100_000],
    )
    expect(() => generateBatchFunction({ inputs: [], outputs: [big] })).toThrow(
      'constant numbers; the limit is',
    )
    const x = variable('x', [10_000])
    const inputs = [{ name: 'x', shape: [10_000] }] as const
    expect(() => generateBatchFunction({ inputs, outputs: [outer(x, x)] })).toThrow(
      'numbers of scratch memory; the limit is',
    )
  })
})
