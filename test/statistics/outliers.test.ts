import { expect, it } from 'vitest'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { outliers } from '../../src/statistics/outliers.ts'

it('finds values that are not finite or far from all others, and no others', () => {
  const values = normalVector(seededRandom(3), 128)
  expect(outliers(values).some(Boolean)).toBe(false)
  values.set([Number.NaN, 1e3, Number.NEGATIVE_INFINITY, -40], 60)
  expect(outliers(values).flatMap((isFar, k) => (isFar ? [k] : []))).toEqual([60, 61, 62, 63])
})

it('leaves equal values alone, and knows nothing of values none of which is finite', () => {
  expect(outliers(new Float64Array(4).fill(7))).toEqual([false, false, false, false])
  expect(outliers(new Float64Array(2).fill(Number.NaN))).toEqual([true, true])
})
