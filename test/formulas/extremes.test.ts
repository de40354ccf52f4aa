/** The greatest and the least element, with and without their places, generated and interpreted. */
import { describe, expect, test } from 'vitest'
import { reduce, variable } from '../../src/formulas/build.ts'
import { evaluate } from '../../src/formulas/evaluate.ts'
import type { Expression } from '../../src/formulas/expression.ts'
import { generateBatchFunction } from '../../src/formulas/generate.ts'
import { gradient } from '../../src/formulas/gradient.ts'
import { loadBatchFunction } from '../../src/formulas/load.ts'
import { sizeOf } from '../../src/formulas/shape.ts'

/** x → the outputs' elements, one output after another. */
function functionOf(length: number, outputs: Expression[]): (x: number[]) => number[] {
  const inputs = [{ name: 'x', shape: [length] }] as const
  const batch = loadBatchFunction(generateBatchFunction({ inputs, outputs }))
  const results = outputs.map(({ shape }) => new Float64Array(sizeOf(shape)).fill(77))
  return (x) => {
    const places = results.flatMap((result) => [result, 0, result.length])
    batch(1, 0, Float64Array.from(x), 0, length, ...places)
    return results.flatMap((result) => [...result])
  }
}

describe.each([3, 4, 5, 8, 9, 31])('of %d', (length) => {
  const x = variable('x', [length])
  const [max, min] = [reduce('max', x), reduce('min', x)]
  const all = [max, gradient(max, x), min, gradient(min, x)]
  const together = functionOf(length, all)
  const values = functionOf(length, [max, min])
  const gradients = functionOf(length, [gradient(max, x), gradient(min, x)])

  const unit = (place: number) => Array.from({ length }, (_, k) => (k === place ? 1 : 0))
  const row = (seed: number) => Array.from({ length }, (_, k) => Math.sin(12.9898 * (k + 1) + seed))

  function expectPlaces(at: number[], greatest: number, least: number): void {
    const expected = [at[greatest], ...unit(greatest), at[least], ...unit(least)]
    expect(together(at)).toEqual(expected)
    expect(all.flatMap((output) => [...evaluate(output, { x: at })])).toEqual(expected)
    expect(values(at)).toEqual([at[greatest], at[least]])
    expect(gradients(at)).toEqual([...unit(greatest), ...unit(least)])
  }

  test('anywhere', () => {
    for (let k = 0; k < length; k++) {
      const next = (k + 1) % length
      expectPlaces(row(k).with(k, 2).with(next, -2), k, next)
    }
  })

  test('of equals the first', () => {
    expectPlaces(new Array<number>(length).fill(3), 0, 0)
    expectPlaces(row(1).fill(2, 0, 2).fill(-2, -2), 0, length - 2)
  })

  test('infinities', () => {
    for (const value of [Infinity, -Infinity]) expectPlaces(new Array<number>(length).fill(value), 0, 0)
    expectPlaces(row(2).with(2, Infinity).with(1, -Infinity), 2, 1)
  })

  test('NaN, wherever it is', () => {
    for (let k = 0; k < length; k++) expectPlaces(row(k).with(k, Number.NaN), k, k)
  })
})
