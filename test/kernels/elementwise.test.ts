import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACTIVATION, type ActivationCode, type Kernels } from '../../src/kernels/interface.ts'
import { padded } from '../../src/memory/rows.ts'
import { seedCount } from '../support/night.ts'
import { bitsAt, type Case, compare, compiledNames, Layout, openWorkbench } from './harness.ts'

const reference = await openWorkbench('reference')
const candidates = await Promise.all(compiledNames.map((name) => openWorkbench(name)))
const SEED = 20262
const ULP = 2 ** -23

const codes = Object.values(ACTIVATION)

/** Row-wise functions: what they write, and how to call them for the rows [first, first + rows). */
type RowCase = Case & { callRows: (kernels: Kernels, first: number, rows: number) => void }
type Build = (layout: Layout, m: number, n: number) => RowCase

function rowCase(outputs: Case['outputs'], m: number, callRows: RowCase['callRows']): RowCase {
  return { outputs, callRows, call: (kernels) => callRows(kernels, 0, m) }
}

function activationCase(code: ActivationCode): Build {
  return (layout, m, n) => {
    const [h, bias] = [layout.matrix(m, n, -9, 9), layout.vector(n)]
    return rowCase([{ at: h, cols: n, absolute: 1e-6, relative: ULP }], m, (kernels, first, rows) =>
      kernels.biasActivation(h + first * padded(n), bias, rows, n, code),
    )
  }
}

function backwardCase(code: ActivationCode): Build {
  return (layout, m, n) => {
    const [d, h] = [layout.matrix(m, n), layout.matrix(m, n)]
    return rowCase([{ at: d, cols: n, absolute: 3 * ULP }], m, (kernels, first, rows) => {
      const skip = first * padded(n)
      kernels.activationBackward(d + skip, h + skip, rows, n, code)
    })
  }
}

/** Arguments up to 2 and variances up to 4: a cube of up to 40, from roundings of its factors. */
const incrementCase: Build = (layout, m, n) => {
  const [d, h] = [layout.matrix(m, n, -2, 2), layout.matrix(m, n)]
  const [q, s] = [layout.matrix(m, n, -2, 2), layout.matrix(m, n, 0, 4)]
  return rowCase([{ at: d, cols: n, absolute: 64 * ULP }], m, (kernels, first, rows) => {
    const skip = first * padded(n)
    kernels.tanhIncrement(d + skip, h + skip, q + skip, s + skip, rows, n)
  })
}

/** @param terms a bit for each of bias, β and α that is there */
function outputCase(terms: number): Build {
  return (layout, m, n) => {
    const [z, x, g] = [layout.matrix(m, n), layout.matrix(m, n), layout.matrix(m, n)]
    const [bias, beta, alpha] = [1, 2, 4].map((bit) => (terms & bit ? layout.vector(n) : 0))
    return rowCase([{ at: z, cols: n, absolute: 4 * ULP }], m, (kernels, first, rows) => {
      const skip = first * padded(n)
      kernels.linearOutput(z + skip, bias, x + skip, beta, 0.7, g + skip, alpha, rows, n)
    })
  }
}

const rowWise: Record<string, Build> = {
  tanhIncrement: incrementCase,
  ...Object.fromEntries(codes.map((code) => [`biasActivation ${code}`, activationCase(code)])),
  ...Object.fromEntries(codes.map((code) => [`activationBackward ${code}`, backwardCase(code)])),
  scaleShift: (layout, m, n) => {
    const [a, scale, shift] = [layout.matrix(m, n), layout.vector(n), layout.vector(n)]
    const out = layout.matrix(m, n)
    return rowCase([{ at: out, cols: n, absolute: 2 * ULP }], m, (kernels, first, rows) => {
      const skip = first * padded(n)
      kernels.scaleShift(out + skip, a + skip, scale, shift, rows, n)
    })
  },
  addScaled: (layout, m, n) => {
    const [a, scale, out] = [layout.matrix(m, n), layout.vector(n), layout.matrix(m, n)]
    return rowCase([{ at: out, cols: n, absolute: 2 * ULP }], m, (kernels, first, rows) => {
      const skip = first * padded(n)
      kernels.addScaled(out + skip, a + skip, scale, rows, n)
    })
  },
  ...Object.fromEntries(
    [0b111, 0b011, 0b101, 0b110, 0].map((terms) => [`linearOutput ${terms}`, outputCase(terms)]),
  ),
  affineStep: (layout, m, n) => {
    const [x, w, out] = [layout.matrix(m, n), layout.matrix(m, n), layout.matrix(m, n)]
    const [a, b, s] = [layout.vector(n), layout.vector(n), layout.vector(n)]
    return rowCase([{ at: out, cols: n, absolute: 3 * ULP }], m, (kernels, first, rows) => {
      const skip = first * padded(n)
      kernels.affineStep(out + skip, x + skip, w + skip, a, b, s, rows, n)
    })
  },
  geometricStep: (layout, m, n) => {
    const [x, w, out] = [layout.matrix(m, n), layout.matrix(m, n, -4, 4), layout.matrix(m, n)]
    const [b, s] = [layout.vector(n), layout.vector(n)]
    // The exponent is up to 5 and rounded to floats: half an ulp of 5 is 2⁻²² relative in the exponential.
    return rowCase([{ at: out, cols: n, absolute: 0, relative: 6 * ULP }], m, (kernels, first, rows) => {
      const skip = first * padded(n)
      kernels.geometricStep(out + skip, x + skip, w + skip, b, s, rows, n)
    })
  },
  rowDot: (layout, m, n) => {
    const [a, b, out] = [layout.matrix(m, n), layout.matrix(m, n), layout.doubles(m)]
    return rowCase([{ at: out, absolute: 1e-13, isDouble: true }], m, (kernels, first, rows) => {
      const skip = first * padded(n)
      kernels.rowDot(out + first, a + skip, b + skip, rows, n)
    })
  },
  rowCombine: (layout, m, n) => {
    const [a, b, out] = [layout.matrix(m, n), layout.matrix(m, n), layout.matrix(m, n)]
    const [p, q] = [layout.doubles(m), layout.doubles(m)]
    return rowCase([{ at: out, cols: n, absolute: 3 * ULP }], m, (kernels, first, rows) => {
      const skip = first * padded(n)
      kernels.rowCombine(out + skip, a + skip, p + first, b + skip, q + first, rows, n)
    })
  },
}

const flat: Record<string, (layout: Layout, count: number) => Case> = {
  add: (layout, count) => {
    const [out, a] = [layout.vector(count), layout.vector(count)]
    return { call: (kernels) => kernels.add(out, a, 1, count), outputs: [{ at: out, absolute: 0 }] }
  },
  addSquares: (layout, count) => {
    const [out, a] = [layout.vector(count), layout.vector(count)]
    return {
      call: (kernels) => kernels.addSquares(out, a, 1, count),
      outputs: [{ at: out, absolute: 2 * ULP }],
    }
  },
  blend: (layout, count) => {
    const [out, a] = [layout.vector(count), layout.vector(count)]
    return {
      call: (kernels) => kernels.blend(out, a, 0.99, 0.01, 1, count),
      outputs: [{ at: out, absolute: ULP }],
    }
  },
  adam: (layout, count) => {
    const [theta, g, m, v] = [1, 2, 3, 4].map((index) => layout.vector(count, index === 4 ? 0 : -1))
    return {
      call: (kernels) => kernels.adam(theta, g, m, v, count, 1e-2, 0.9, 0.999, 1e-8, 1 / 0.19, 1 / 0.002),
      outputs: [theta, m, v].map((at) => ({ at, absolute: 4 * ULP })),
    }
  },
}

describe.each(candidates)('$name', (candidate) => {
  test.each(Object.entries(rowWise))('%s equals the reference', (_, build) => {
    const sizes = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 40 }), fc.nat())
    const edges: [number, number, number][] = [0, 1, 2, 3, 4, 5].flatMap((m) =>
      [0, 1, 3, 4, 5, 7, 8, 9, 12, 13, 15, 16, 17].map((n): [number, number, number] => [m, n, m + n]),
    )
    fc.assert(
      fc.property(sizes, ([m, n, seed]) =>
        compare(reference, candidate, seed, (layout) => build(layout, m, n)),
      ),
      { seed: SEED, examples: edges.map((edge) => [edge]), numRuns: seedCount(50, 150) },
    )
  })

  test.each(Object.entries(rowWise))('%s gives the same bits when the rows are split', (_, build) => {
    const size = fc.integer({ min: 0, max: 13 })
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 30 }), fc.nat(), (first, second, n, seed) => {
        const whole = new Layout(candidate, seed)
        build(whole, first + second, n).call(candidate.kernels)
        const expected = bitsAt(candidate, 0, whole.end >>> 2)
        const split = build(new Layout(candidate, seed), first + second, n)
        split.callRows(candidate.kernels, 0, first)
        split.callRows(candidate.kernels, first, second)
        expect(bitsAt(candidate, 0, whole.end >>> 2)).toEqual(expected)
      }),
      { seed: SEED, numRuns: seedCount(40, 100) },
    )
  })

  test.each(Object.entries(flat))('%s equals the reference', (_, build) => {
    for (const count of [0, 4, 8, 12, 16, 20, 28, 32, 36, 60, 64, 68, 1000]) {
      compare(reference, candidate, SEED, (layout) => build(layout, count))
    }
  })

  test('scaleShift, rowCombine and geometricStep work in place', () => {
    const [m, n] = [5, 7]
    for (const target of ['a', 'b'] as const) {
      compare(reference, candidate, SEED, (layout) => {
        const [a, b, p, q] = [layout.matrix(m, n), layout.matrix(m, n), layout.doubles(m), layout.doubles(m)]
        const out = target === 'a' ? a : b
        return {
          call: (kernels) => kernels.rowCombine(out, a, p, b, q, m, n),
          outputs: [{ at: out, cols: n, absolute: 3 * ULP }],
        }
      })
    }
    compare(reference, candidate, SEED, (layout) => {
      const [a, scale, shift] = [layout.matrix(m, n), layout.vector(n), layout.vector(n)]
      return {
        call: (kernels) => kernels.scaleShift(a, a, scale, shift, m, n),
        outputs: [{ at: a, cols: n, absolute: 2 * ULP }],
      }
    })
  })

  /** A kernel's values at points spread evenly over [low, high]: the points as rounded, the values. */
  function sample(
    low: number,
    high: number,
    run: (layout: Layout, at: number, n: number) => void,
  ): [number, number][] {
    const count = seedCount(5_000, 20_000)
    const layout = new Layout(candidate, SEED)
    const at = layout.space(count)
    const values = candidate.floats.subarray(at, at + count)
    for (let i = 0; i < count; i++) values[i] = low + ((high - low) * i) / (count - 1)
    const points = [...values]
    run(layout, at, count)
    return points.map((point, i) => [point, values[i]])
  }

  const activation = (code: ActivationCode) => (layout: Layout, at: number, n: number) =>
    candidate.kernels.biasActivation(at, layout.vector(n, 0, 0), 1, n, code)

  const exponential = (layout: Layout, at: number, n: number) => {
    const [zeros, ones] = [layout.vector(n, 0, 0), layout.vector(n, 1, 1)]
    candidate.kernels.geometricStep(at, ones, zeros, at, zeros, 1, n)
  }

  test('tanh and sigmoid are accurate to a few ulp everywhere', () => {
    for (const range of [0.01, 1, 12, 200]) {
      for (const [x, y] of sample(-range, range, activation(ACTIVATION.tanh))) {
        expect(Math.abs(y - Math.tanh(x))).toBeLessThanOrEqual(5 * ULP * Math.abs(Math.tanh(x)))
      }
      for (const [x, y] of sample(-range, range, activation(ACTIVATION.sigmoid))) {
        const exact = 1 / (1 + Math.exp(-x))
        expect(Math.abs(y - exact)).toBeLessThanOrEqual(4 * ULP * exact + 1e-38)
      }
    }
  })

  test('exp is accurate to 2 ulp, overflows to ∞ and underflows to 0', () => {
    for (const [x, y] of sample(-87, 88.7, exponential)) {
      expect(Math.abs(y - Math.exp(x))).toBeLessThanOrEqual(2 * ULP * Math.exp(x))
    }
    for (const [x, y] of sample(-200, -87.5, exponential))
      expect(Math.abs(y - Math.exp(x))).toBeLessThanOrEqual(3e-45)
    for (const [, y] of sample(88.8, 300, exponential)) expect(y).toBe(Number.POSITIVE_INFINITY)
  })

  test('NaN is not hidden by any activation', () => {
    for (const code of codes) {
      const layout = new Layout(candidate, SEED)
      const [h, bias] = [layout.matrix(1, 5), layout.vector(5)]
      candidate.floats[h + 2] = Number.NaN
      candidate.kernels.biasActivation(h, bias, 1, 5, code)
      expect(candidate.floats[h + 2]).toBeNaN()
    }
  })
})
