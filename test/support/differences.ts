/** Derivatives in single precision against central differences. */
import { expect } from 'vitest'

/**
 * Central differences of `value` in `numbers[at]`, at two step lengths. The true difference of the two stored arguments
 * divides, since x ± h is rounded to single precision.
 */
export function centralDifferences(
  numbers: Float32Array,
  at: number,
  step: number,
  value: () => number,
): number[] {
  const before = numbers[at]
  const slopes = [step, step / 4].map((h) => {
    numbers[at] = before + h
    const [above, up] = [numbers[at], value()]
    numbers[at] = before - h
    const [below, down] = [numbers[at], value()]
    return (up - down) / (above - below)
  })
  numbers[at] = before
  return slopes
}

/**
 * A derivative agrees where it does with one of the two differences: with a kink within the longer step the shorter one is right.
 * `tolerance` is in units of the largest derivative of its block.
 */
export function expectDerivatives(
  what: string,
  derivatives: ArrayLike<number>,
  differences: (index: number) => number[],
  tolerance: number,
): void {
  const scale = Math.max(1e-3, ...Array.from(derivatives, Math.abs))
  for (let i = 0; i < derivatives.length; i++) {
    const slopes = differences(i)
    const error = Math.min(...slopes.map((slope) => Math.abs(slope - derivatives[i]))) / scale
    if (!(error <= tolerance)) {
      expect.fail(
        `${what}[${i}]: ${derivatives[i]}, by differences ${slopes.join(' or ')}, ${error} of ${scale}`,
      )
    }
  }
}
