/** Sample moments, and comparisons in units of their own standard errors. */
import { expect } from 'vitest'

/** A comparison of statistics fails from here on: at four standard errors, one true agreement in 16 000 is lost. */
export const SIGMAS = 4

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

export function variance(values: readonly number[]): number {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}

/** The mean of `values` is `expected` within its standard error, and `allowance` for what is known to be apart. */
export function expectMean(values: readonly number[], expected: number, what: string, allowance = 0): void {
  const error = Math.sqrt(variance(values) / values.length)
  expectWithin(mean(values), expected, error, what, allowance)
}

/** The second central moment of `values` is `expected`: a mean of squares around the known centre. */
export function expectVariance(
  values: readonly number[],
  centre: number,
  expected: number,
  what: string,
): void {
  expectMean(
    values.map((value) => (value - centre) ** 2),
    expected,
    what,
  )
}

/** |value − expected| ≤ 4 standard errors + allowance, said with all its numbers where it is not. */
export function expectWithin(
  value: number,
  expected: number,
  standardError: number,
  what: string,
  allowance = 0,
): void {
  const distance = Math.abs(value - expected)
  const isWithin = distance <= SIGMAS * standardError + allowance
  expect(isWithin, `${what}: ${value} for ${expected}, off by ${distance}, standard error ${standardError}, allowed beside it ${allowance}`).toBe(true) // biome-ignore format: one line
}
