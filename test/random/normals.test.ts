import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CompiledKernels, RESERVED_BYTES } from '../../src/kernels/loader.ts'
import { padded } from '../../src/memory/rows.ts'
import { philox4x32 } from '../../src/random/philox.ts'
import { bitsAt, compare, compiledNames, Layout, openWorkbench } from '../kernels/harness.ts'

/** Index of the first float that is not reserved. */
const FIRST = RESERVED_BYTES / 4

const reference = await openWorkbench('reference')
const candidates = await Promise.all(compiledNames.map((name) => openWorkbench(name)))
const SEED = 20264

const word = fc.integer({ min: 0, max: 0xffffffff })

/** Found by a search of 1.3e8 words under seed 2026, stream 7, step 0: the first word of a pair, near 0 or 2³². */
const extremes = [
  { word: 54, iteration: 49, path: 24675, column: 26 },
  { word: 130, iteration: 14, path: 4148, column: 0 },
  { word: 2 ** 32 - 148, iteration: 4, path: 20492, column: 50 },
  { word: 2 ** 32 - 15, iteration: 19, path: 51406, column: 4 },
]

describe.each(candidates)('$name', (candidate) => {
  const kernels = candidate.kernels as CompiledKernels

  test('makes the words of Philox4x32-10 with counter (block, step, path, iteration) and key (seed, stream)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 21 }),
        ...[word, word, word, word, word],
        (rows, n, seed, stream, iteration, firstPath, step) => {
          const out = new Layout(candidate, SEED).space(rows * padded(n))
          kernels.philoxWords(out, rows, n, seed, stream, iteration, firstPath, step)
          const expected = new Uint32Array(4)
          for (let row = 0; row < rows; row++) {
            for (let block = 0; block < padded(n) / 4; block++) {
              philox4x32(expected, block, step, firstPath + row, iteration, seed, stream)
              const at = out + row * padded(n) + block * 4
              const count = Math.min(4, n - block * 4)
              expect(bitsAt(candidate, at, count)).toEqual(expected.slice(0, count))
            }
          }
        },
      ),
      { seed: SEED },
    )
  })

  test('is close to the reference at every small size', () => {
    for (let rows = 0; rows <= 9; rows++) {
      for (const n of [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 13]) {
        compare(reference, candidate, SEED, (layout) => {
          const out = layout.matrix(rows, n)
          return {
            call: (target) => target.normals(out, rows, n, 0.5, 1, 2, 3, 4, 5),
            outputs: [{ at: out, cols: n, absolute: 2e-6 }],
          }
        })
      }
    }
  })

  test('is close to the reference over many numbers', () => {
    const [rows, n] = [4000, 50]
    compare(reference, candidate, SEED, (layout) => {
      const out = layout.matrix(rows, n)
      return {
        call: (target) => target.normals(out, rows, n, 1, 0xdeadbeef, 1, 2, 0xfffffff0, 3),
        outputs: [{ at: out, cols: n, absolute: 2e-6 }],
      }
    })
  })

  test.each(extremes)('is right where the word is $word', ({ word, iteration, path, column }) => {
    const n = 64
    const expected = Math.sqrt(
      -2 * (word < 2 ** 31 ? Math.log((word + 0.5) / 2 ** 32) : Math.log1p((word - 2 ** 32 + 0.5) / 2 ** 32)),
    )
    kernels.philoxWords(FIRST, 1, n, 2026, 7, iteration, path, 0)
    expect(bitsAt(candidate, FIRST + column, 1)[0]).toBe(word)
    kernels.normals(FIRST, 1, n, 1, 2026, 7, iteration, path, 0)
    const at = FIRST + column
    const radius = Math.hypot(candidate.floats[at], candidate.floats[at + 1])
    expect(Math.abs(radius - expected)).toBeLessThan(3e-7 * expected)
  })

  test('gives a path the same bits wherever the batch is cut', () => {
    const size = fc.integer({ min: 0, max: 9 })
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 21 }), word, (first, second, n, seed) => {
        const out = FIRST
        const count = (first + second) * padded(n)
        kernels.normals(out, first + second, n, 1.5, seed, 1, 2, 100, 4)
        const whole = bitsAt(candidate, out, count)
        kernels.normals(out, first, n, 1.5, seed, 1, 2, 100, 4)
        kernels.normals(out + first * padded(n), second, n, 1.5, seed, 1, 2, 100 + first, 4)
        expect(bitsAt(candidate, out, count)).toEqual(whole)
      }),
      { seed: SEED },
    )
  })

  test('has the moments of the standard normal law, within four standard errors', () => {
    const sample = drawSample(10_000, 100)
    const count = sample.length
    const moment = (power: number) => sample.reduce((sum, z) => sum + z ** power, 0) / count
    // Of zᵖ: mean E zᵖ, variance E z²ᵖ − (E zᵖ)².
    const laws: [number, number, number][] = [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
      [6, 15, 10_395 - 225],
    ]
    for (const [power, mean, variance] of laws) {
      expect(Math.abs(moment(power) - mean)).toBeLessThan(4 * Math.sqrt(variance / count))
    }
  })

  test('has uncorrelated neighbours: components, paths, steps, iterations, streams', () => {
    const [rows, n] = [2000, 100]
    const draw = (stream: number, iteration: number, step: number) => {
      kernels.normals(FIRST, rows, n, 1, 11, stream, iteration, 0, step)
      return candidate.floats.slice(FIRST, FIRST + rows * n)
    }
    const base = draw(0, 0, 0)
    const others = [base.subarray(1), base.subarray(n), draw(0, 0, 1), draw(0, 1, 0), draw(1, 0, 0)]
    for (const other of others) {
      const sum = other.reduce((total, z, i) => total + z * base[i], 0)
      expect(Math.abs(sum)).toBeLessThan(4 * Math.sqrt(other.length))
    }
  })

  test('passes the Kolmogorov–Smirnov test at p > 1e-4, and again in the tails', () => {
    const sample = drawSample(10_000, 100).sort()
    expect(smirnov(sample, normalLaw)).toBeGreaterThan(1e-4)
    // Beyond 3 the law of |z| − 3 given |z| > 3: a fault of the tail hides in the whole sample.
    const tail = sample
      .map(Math.abs)
      .filter((z) => z > 3)
      .sort()
    expect(tail.length).toBeGreaterThan(2000)
    const beyond = 2 * (1 - normalLaw(3))
    const p = smirnov(tail, (z) => 1 - (2 * (1 - normalLaw(z))) / beyond)
    expect(p).toBeGreaterThan(1e-4)
  })

  function drawSample(rows: number, n: number): Float32Array {
    kernels.normals(FIRST, rows, n, 1, 5, 6, 7, 8, 9)
    return candidate.floats.slice(FIRST, FIRST + rows * n)
  }
})

/** The p-value of the largest distance between the sample's law and `law`, by Kolmogorov's series. */
function smirnov(sorted: Float32Array, law: (z: number) => number): number {
  const count = sorted.length
  let distance = 0
  for (let i = 0; i < count; i++) {
    const p = law(sorted[i])
    distance = Math.max(distance, p - i / count, (i + 1) / count - p)
  }
  const lambda = distance * Math.sqrt(count)
  let p = 0
  for (let j = 1; j <= 100; j++) p += 2 * (-1) ** (j - 1) * Math.exp(-2 * j * j * lambda * lambda)
  return Math.min(1, Math.max(0, p))
}

/** Φ by its Taylor series about 0, Φ(z) = ½ + φ(z)·(z + z³/3 + z⁵/(3·5) + …): all terms of one sign. */
function normalLaw(z: number): number {
  let term = z
  let sum = z
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (z * z) / k
    sum += term
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)
}
