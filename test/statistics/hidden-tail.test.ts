/** What a sample's mean lacks of values too rare to be in it, on laws whose mean is known. */
import { describe, expect, it } from 'vitest'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { EXTREMES_WORDS, Extremes } from '../../src/statistics/hidden-tail.ts'
import { mean, variance } from '../support/statistics.ts'

const COUNT = 1024

function summary(sample: ArrayLike<number>, bound?: number) {
  const values = Array.from(sample)
  const extremes = new Extremes(new Float64Array(EXTREMES_WORDS), 0)
  extremes.forget()
  for (const value of values) extremes.add(value)
  const standardError = Math.sqrt(variance(values) / values.length)
  return { mean: mean(values), standardError, hidden: extremes.hidden(values.length, 1.5, bound) }
}

/** Pareto's law of shape k cut off at `bound`, by inversion. */
const cutPareto = (random: () => number, k: number, bound: number) => Math.min(bound, random() ** -k)
const cutMean = (k: number, bound: number) => 1 + (bound ** (1 - 1 / k) - 1) / (1 - 1 / k)

describe('what a sample has not seen', () => {
  it('is next to nothing of light tails, of either sign', () => {
    const { hidden, standardError } = summary(normalVector(seededRandom(3), COUNT))
    expect(hidden).toBeGreaterThanOrEqual(0)
    expect(hidden).toBeLessThan(0.05 * standardError)
  })

  it('is nothing where the largest values are all alike', () => {
    expect(summary(Array.from({ length: COUNT }, (_, k) => Number(k % 4 === 0))).hidden).toBe(0)
  })

  it.each([0.8, 1.01, 1.5])('makes the error of cut Pareto laws of shape %d hold', (k) => {
    const bound = 1e5
    const truth = cutMean(k, bound)
    const missed = { without: 0, with: 0 }
    for (let seed = 1; seed <= 100; seed++) {
      const random = seededRandom(seed)
      const sample = Array.from({ length: COUNT }, () => cutPareto(random, k, bound))
      const found = summary(sample, bound)
      const off = Math.abs(found.mean - truth)
      if (off > 4 * found.standardError) missed.without++
      if (off > 4 * Math.hypot(found.standardError, found.hidden)) missed.with++
    }
    expect(missed.without).toBeGreaterThan(8)
    expect(missed.with).toBeLessThanOrEqual(missed.without / 4)
  })

  /** The largest that nine samples of ten have hidden, in standard errors, and the share of them whose 95 % interval holds with it. */
  const normal = (random: () => number) =>
    Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
  it.each<[string, (random: () => number) => number, number, number]>([
    ['bounded', (random) => random(), 0.5, 0.01],
    ['rare and bounded', (random) => +(random() < 0.02), 0.02, 0.01],
    ['normal', normal, 0, 0.3],
    ['exponential', (random) => -Math.log(random()), 1, 0.8],
    ['a product of normals', (random) => normal(random) * normal(random), 0, 0.8],
    ['lognormal', (random) => Math.exp(normal(random)), Math.exp(0.5), 4],
    ['Pareto of index 3', (random) => random() ** (-1 / 3), 1.5, 6],
    ['Pareto of index 2', (random) => random() ** (-1 / 2), 2, 25],
    ['Pareto of index 1.5', (random) => random() ** (-1 / 1.5), 3, 40],
  ])('is no more than its law asks for, and the interval holds: %s', (_, draw, truth, most) => {
    const shares: number[] = []
    let covered = 0
    for (let seed = 1; seed <= 100; seed++) {
      const random = seededRandom(seed)
      const {
        mean: value,
        standardError,
        hidden,
      } = summary(Array.from({ length: COUNT }, () => draw(random)))
      shares.push(hidden / standardError)
      if (Math.abs(value - truth) <= 1.96 * Math.hypot(standardError, hidden)) covered++
    }
    expect(shares.sort((a, b) => a - b)[90]).toBeLessThan(most)
    expect(covered).toBeGreaterThanOrEqual(89)
  })

  it('looks at the lower tail as at the upper', () => {
    const random = seededRandom(5)
    const sample = Array.from({ length: COUNT }, () => cutPareto(random, 1.5, 1e6))
    const mirrored = sample.map((value) => -value)
    expect(summary(mirrored, 1e6).hidden).toBe(summary(sample, 1e6).hidden)
  })
})
