/** Descending order by digits against the comparison of numbers. */
import { expect, it } from 'vitest'
import { RadixSort } from '../../src/methods/stopping/radix.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'

it.each([1, 2, 3, 500])('%d numbers of either sign, some of them equal, in descending order', (count) => {
  const random = seededRandom(count)
  const floats = Float32Array.from([7, ...normalVector(random, count)]).map((value, i) =>
    i % 5 === 4 ? 0.5 : i % 7 === 6 ? -0 : value * 10 ** (i % 11),
  )
  const places = new Int32Array(count + 1).fill(-1)
  new RadixSort(count).sort(floats, 1, places, 1)
  expect(places[0]).toBe(-1)
  const sorted = [...places.subarray(1)].map((place) => floats[1 + place])
  expect(sorted).toEqual(
    [...floats.subarray(1)].sort((a, b) => b - a || (Object.is(a, -0) ? 1 : 0) - (Object.is(b, -0) ? 1 : 0)),
  )
  expect(new Set(places.subarray(1)).size).toBe(count)
})
