/**
 * ln ∫ e^{h(v)} dv over [from, to] by the midpoint rule, halving the step until two results agree.
 *
 * For h analytic and e^h below rounding at both ends the rule converges exponentially in 1/step, so that the last
 * halving is far more accurate than the difference it is stopped by. Sums are scaled by the largest h seen, so
 * that neither overflow nor underflow of e^h matters. Cost: 2^9 to 2^20 evaluations of h.
 *
 * @returns NaN where h is not finite somewhere on the grid (−Infinity is allowed) or no convergence is reached.
 */
export function logIntegralExp(h: (v: number) => number, from: number, to: number): number {
  let previous = Number.NaN
  for (let points = 256; points <= 1 << 20; points *= 2) {
    const step = (to - from) / points
    const terms = Array.from({ length: points }, (_, k) => h(from + (k + 0.5) * step))
    const current = logSumExp(terms) + Math.log(step)
    if (Math.abs(current - previous) <= 1e-13 * Math.max(1, Math.abs(current))) return current
    previous = current
  }
  return Number.NaN
}

/** ln Σ e^{tₖ} */
function logSumExp(terms: number[]): number {
  let largest = -Infinity
  for (const term of terms) if (term > largest) largest = term
  let sum = 0
  for (const term of terms) sum += Math.exp(term - largest)
  return largest + Math.log(sum)
}
