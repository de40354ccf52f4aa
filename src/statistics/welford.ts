/** Running moments: B. P. Welford (1962) Technometrics 4:419–420. */

/** Running mean at `at`, sum of squared deviations behind it. */
export function welford(doubles: Float64Array, at: number, value: number, count: number): void {
  const before = value - doubles[at]
  doubles[at] += before / count
  doubles[at + 1] += before * (value - doubles[at])
}
