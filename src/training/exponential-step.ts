/**
 * Integrals over a step against the exponential of a rate, exact where the rate is constant and the source linear: a stiff driver's step
 * is as long as its source allows, not its rate. Everything is of order 2 in the step, as the trapezoidal rule is.
 */

/** f (less what is taken off it), f_y and ȳ at one end of a step. */
export interface StepEnd {
  driver: number
  rate: number
  around: number
}

/**
 * ∫Γ (f − f_yȳ) dt over a step, with Γ = exp(∫f_y dt) from 1 at its left end. f goes linearly from end to end. −∫Γ f_yȳ dt = −∫ȳ dΓ is
 * taken by parts, so that where ȳ solves the equation a rate however large, or changing at a kink, adds nothing but rounding;
 * the last term makes it the mean of both ends' f_yȳ, as it has to be where the rate moves with the same noise as ȳ.
 */
export function exponentialStep(dt: number, left: StepEnd, right: StepEnd): number {
  const a = 0.5 * dt * (left.rate + right.rate)
  const mean = growth(a)
  const move = right.around - left.around
  const drivers = dt * (left.driver * mean + (right.driver - left.driver) * lateGrowth(a))
  const values = left.around - Math.exp(a) * right.around + move * mean
  return drivers + values - 0.25 * dt * (right.rate - left.rate) * move * mean
}

/** Below this the exponentials' quotients are taken from their series. */
const SMALL = 1e-3

/** φ₁(a) = (eᵃ − 1)/a = ∫₀¹ e^{aθ} dθ. */
export function growth(a: number): number {
  return Math.abs(a) < SMALL ? 1 + a * (0.5 + a / 6) : Math.expm1(a) / a
}

/** ∫₀¹ e^{aθ} θ dθ: what a step's right end counts for; φ₁ less it is what its left end does. */
export function lateGrowth(a: number): number {
  return Math.abs(a) < SMALL ? 0.5 + a * (1 / 3 + a / 8) : (Math.exp(a) - growth(a)) / a
}
