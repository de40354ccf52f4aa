import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { padded } from '../../src/memory/rows.ts'
import { bitsAt, compare, compiledNames, Layout, openWorkbench } from './harness.ts'

const reference = await openWorkbench('reference')
const candidates = await Promise.all(compiledNames.map((name) => openWorkbench(name)))
const SEED = 20263
const ULP = 2 ** -23
const EPSILON = 1e-5

const shapes = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 70 }), fc.nat())
const edges = [0, 1, 2, 5].flatMap((m) =>
  [1, 3, 4, 5, 15, 16, 17, 19, 20, 31, 32, 33, 64, 65].map((n) => [m, n, m + n]),
)
const settings = {
  seed: SEED,
  examples: edges.map((edge): [[number, number, number]] => [edge as [number, number, number]]),
}

describe.each(candidates)('$name', (candidate) => {
  test.each([0, 1] as const)('columnSum equals the reference, accumulate %d', (accumulate) => {
    fc.assert(
      fc.property(shapes, ([m, n, seed]) =>
        compare(reference, candidate, seed, (layout) => {
          const [d, out] = [layout.matrix(m, n), layout.vector(n)]
          return {
            call: (kernels) => kernels.columnSum(out, d, m, n, accumulate),
            outputs: [{ at: out, cols: n, absolute: (m + 1) ** 2 * 2 ** -24 }],
          }
        }),
      ),
      settings,
    )
  })

  test.each([
    0b111, 0b011, 0b101, 0b110, 0,
  ])('linearOutputBackward equals the reference, gradients %d', (wanted) => {
    fc.assert(
      fc.property(shapes, ([m, n, seed]) =>
        compare(reference, candidate, seed, (layout) => {
          const [d, x, g] = [layout.matrix(m, n), layout.matrix(m, n), layout.matrix(m, n)]
          const [bias, beta, alpha] = [1, 2, 4].map((bit) => (wanted & bit ? layout.vector(n) : 0))
          const sums = [bias, beta, alpha].filter((at) => at !== 0)
          const absolute = (m + 1) ** 2 * 2 ** -23
          return {
            call: (kernels) => kernels.linearOutputBackward(d, bias, x, beta, 0.7, g, alpha, m, n),
            outputs: [
              { at: d, cols: n, absolute: 2 * ULP },
              ...sums.map((at) => ({ at, cols: n, absolute })),
            ],
          }
        }),
      ),
      settings,
    )
  })

  test('columnSum goes on where another call stopped, bit for bit', () => {
    const layout = new Layout(candidate, SEED)
    const [m, n, first] = [33, 37, 14]
    const [d, out] = [layout.matrix(m, n), layout.vector(n)]
    candidate.kernels.columnSum(out, d, m, n, 0)
    const whole = bitsAt(candidate, out, padded(n))
    candidate.kernels.columnSum(out, d, first, n, 0)
    candidate.kernels.columnSum(out, d + first * padded(n), m - first, n, 1)
    expect(bitsAt(candidate, out, padded(n))).toEqual(whole)
  })

  test('batchNorm equals the reference', () => {
    fc.assert(
      fc.property(shapes, ([m, n, seed]) =>
        compare(reference, candidate, seed, (layout) => {
          const x = layout.matrix(m, n, 1, 3)
          const [gamma, beta, mean, inverse] = [1, 2, 3, 4].map(() => layout.vector(n))
          const [out, xhat] = [layout.matrix(m, n), layout.matrix(m, n)]
          // One or two rows may lie close together: then 1/√var multiplies the rounding of the mean. 1/√ε bounds it.
          const error = (m + 2) * 2 * ULP * Math.min(1 / Math.sqrt(EPSILON), 40)
          return {
            call: (kernels) => kernels.batchNorm(out, xhat, mean, inverse, x, gamma, beta, m, n, EPSILON),
            outputs: [
              { at: mean, cols: n, absolute: (m + 2) * 3 * ULP },
              { at: inverse, cols: n, absolute: 0, relative: (m + 2) * 40 * ULP },
              { at: xhat, cols: n, absolute: error, relative: error },
              { at: out, cols: n, absolute: error, relative: error },
            ],
          }
        }),
      ),
      settings,
    )
  })

  test('batchNorm works in place', () => {
    compare(reference, candidate, SEED, (layout) => {
      const [m, n] = [9, 6]
      const [x, xhat] = [layout.matrix(m, n), layout.matrix(m, n)]
      const [gamma, beta, mean, inverse] = [1, 2, 3, 4].map(() => layout.vector(n))
      return {
        call: (kernels) => kernels.batchNorm(x, xhat, mean, inverse, x, gamma, beta, m, n, EPSILON),
        outputs: [x, xhat, mean, inverse].map((at) => ({ at, cols: n, absolute: 1e-5 })),
      }
    })
  })

  test('batchNormBackward equals the reference', () => {
    fc.assert(
      fc.property(shapes, ([m, n, seed]) =>
        compare(reference, candidate, seed, (layout) => {
          const [d, xhat] = [layout.matrix(m, n), layout.matrix(m, n, -2, 2)]
          const [inverse, gamma, dgamma, dbeta] = [1, 2, 3, 4].map(() => layout.vector(n))
          return {
            call: (kernels) => kernels.batchNormBackward(d, dgamma, dbeta, xhat, inverse, gamma, m, n),
            outputs: [dgamma, dbeta, d].map((at) => ({ at, cols: n, absolute: 2 * (m + 2) ** 2 * 2 ** -24 })),
          }
        }),
      ),
      settings,
    )
  })
})
