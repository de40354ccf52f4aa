import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { padded } from '../../src/memory/rows.ts'
import { bitsAt, compare, compiledNames, Layout, openWorkbench } from './harness.ts'

const reference = await openWorkbench('reference')
const candidates = await Promise.all(compiledNames.map((name) => openWorkbench(name)))

/** Around the register blocks (6 and 4 rows, 8 and 4 columns), odd, empty. */
const SIZES = [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 13, 16, 17]
const SEED = 20261

/** Inputs are in [−1, 1]: a sum of `terms` products in floats is off by at most terms·2⁻²⁴·Σ|ab| ≤ terms²·2⁻²⁴. */
function bound(terms: number): number {
  return (terms + 1) ** 2 * 2 ** -24
}

type Flag = 0 | 1

const products = {
  gemmNN: (layout: Layout, m: number, k: number, n: number, accumulate: Flag) => {
    const [a, b, c] = [layout.matrix(m, k), layout.matrix(k, n), layout.matrix(m, n)]
    return {
      call: (kernels: typeof reference.kernels) => kernels.gemmNN(c, a, b, m, k, n, accumulate),
      outputs: [{ at: c, cols: n, absolute: bound(k) }],
    }
  },
  gemmTN: (layout: Layout, m: number, k: number, n: number, accumulate: Flag) => {
    const [a, b, c] = [layout.matrix(m, k), layout.matrix(k, n), layout.matrix(m, n)]
    return {
      call: (kernels: typeof reference.kernels) => kernels.gemmTN(b, a, c, m, k, n, accumulate),
      outputs: [{ at: b, cols: n, absolute: bound(m) }],
    }
  },
  gemmNT: (layout: Layout, m: number, k: number, n: number, accumulate: Flag) => {
    const [a, b, c] = [layout.matrix(m, k), layout.matrix(k, n), layout.matrix(m, n)]
    const scratch = layout.space(n * padded(k))
    return {
      call: (kernels: typeof reference.kernels) => kernels.gemmNT(a, c, b, m, k, n, accumulate, scratch),
      outputs: [{ at: a, cols: k, absolute: bound(n) }],
      scratch: [scratch],
    }
  },
}

describe.each(candidates)('$name', (candidate) => {
  test.each(Object.entries(products))('%s equals the reference at every small size', (_, build) => {
    for (const m of SIZES) {
      for (const k of SIZES) {
        for (const n of SIZES) {
          for (const accumulate of [0, 1] as const) {
            compare(reference, candidate, SEED + m, (layout) => build(layout, m, k, n, accumulate))
          }
        }
      }
    }
  })

  test.each(Object.entries(products))('%s equals the reference at random sizes', (_, build) => {
    const size = fc.integer({ min: 0, max: 140 })
    fc.assert(
      fc.property(size, size, size, fc.constantFrom<Flag>(0, 1), fc.nat(), (m, k, n, accumulate, seed) => {
        compare(reference, candidate, seed, (layout) => build(layout, m, k, n, accumulate))
      }),
      { seed: SEED, numRuns: 60 },
    )
  })

  test.each(Object.entries(products))('%s equals the reference past one cache block', (_, build) => {
    compare(reference, candidate, SEED, (layout) => build(layout, 301, 45, 50, 1))
    compare(reference, candidate, SEED, (layout) => build(layout, 9, 603, 70, 0))
    compare(reference, candidate, SEED, (layout) => build(layout, 11, 30, 1000, 1))
  })

  const { kernels } = candidate
  const sizes = [
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 1, max: 40 }),
  ] as const

  test('gemmNN and gemmNT give the same bits when the rows are split', () => {
    fc.assert(
      fc.property(...sizes, fc.nat(), fc.constantFrom<Flag>(0, 1), (first, second, n, seed, accumulate) => {
        const m = first + second
        const k = (seed % 37) + 1
        const layout = new Layout(candidate, seed)
        const [a, b, c] = [layout.matrix(m, k), layout.matrix(k, n), layout.matrix(m, n)]
        const scratch = layout.space(n * padded(k))
        const [rowA, rowC] = [padded(k), padded(n)]
        const initial = candidate.floats.slice(c, c + m * rowC)
        kernels.gemmNN(c, a, b, m, k, n, accumulate)
        const whole = bitsAt(candidate, c, m * padded(n))
        candidate.floats.set(initial, c)
        kernels.gemmNN(c, a, b, first, k, n, accumulate)
        kernels.gemmNN(c + first * rowC, a + first * rowA, b, second, k, n, accumulate)
        expect(bitsAt(candidate, c, m * padded(n))).toEqual(whole)

        const initialA = candidate.floats.slice(a, a + m * rowA)
        kernels.gemmNT(a, c, b, m, k, n, accumulate, scratch)
        const wholeA = bitsAt(candidate, a, m * padded(k))
        candidate.floats.set(initialA, a)
        kernels.gemmNT(a, c, b, first, k, n, accumulate, scratch)
        kernels.gemmNT(a + first * rowA, c + first * rowC, b, second, k, n, accumulate, scratch)
        expect(bitsAt(candidate, a, m * padded(k))).toEqual(wholeA)
      }),
      { seed: SEED },
    )
  })

  test('gemmTN gives the same bits when a second call goes on where the first stopped', () => {
    fc.assert(
      fc.property(...sizes, fc.nat(), (first, second, n, seed) => {
        const m = first + second
        const k = (seed % 37) + 1
        const layout = new Layout(candidate, seed)
        const [a, b, c] = [layout.matrix(m, k), layout.matrix(k, n), layout.matrix(m, n)]
        kernels.gemmTN(b, a, c, m, k, n, 0)
        const whole = bitsAt(candidate, b, k * padded(n))
        kernels.gemmTN(b, a, c, first, k, n, 0)
        kernels.gemmTN(b, a + first * padded(k), c + first * padded(n), second, k, n, 1)
        expect(bitsAt(candidate, b, k * padded(n))).toEqual(whole)
      }),
      { seed: SEED },
    )
  })
})
