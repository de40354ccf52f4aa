/** The density of the standard normal law. */
export function normalDensity(k: number): number {
  return Math.exp(-0.5 * k ** 2) / Math.sqrt(2 * Math.PI)
}
