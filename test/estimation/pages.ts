/** Pages whose value is known for the discrete schemes themselves, not only in the limit. */
import type { ProblemDefinition } from '../../src/problem/definition.ts'

const blank: ProblemDefinition = {
  id: 'page',
  title: '',
  source: '',
  group: '',
  settings: { dim: 2, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: '0',
}

const [A, B, SIGMA, X0] = [-0.5, 0.6, 0.8, 0.4]

/** f = ay + bz₁, g = sin x₁, dX = σdW: linear, so that no error of the networks may bias the estimate. */
export const linear: ProblemDefinition = {
  ...blank,
  x0: X0,
  diffusion: `${SIGMA}`,
  driver: `${A} * y + ${B} * z[1]`,
  terminal: 'sin(x[1])',
}

/** u(0, x0) = e^{aT} E sin(x0 + σbT + σW_T). */
export const linearValue = Math.exp(A - 0.5 * SIGMA ** 2) * Math.sin(X0 + SIGMA * B)

/**
 * Euler's own value in N steps, Π(1 + bΔWₙ)/(1 − aΔt) being the adjoint of its step:
 * E = Im e^{ix0} [e^{−σ²Δt/2} (1 + ibσΔt)]ᴺ / (1 − aΔt)ᴺ.
 */
export function linearEulerValue(steps: number): number {
  const dt = 1 / steps
  const angle = steps * Math.atan(B * SIGMA * dt)
  const size = Math.hypot(1, B * SIGMA * dt) ** steps * Math.exp(-0.5 * SIGMA ** 2)
  return (size * Math.sin(X0 + angle)) / (1 - A * dt) ** steps
}

/** g = 1 and f = −y²: Y moves without noise, u(0) = 1/(1 + T), and only the time grid errs. */
export const noiseless: ProblemDefinition = { ...blank, driver: '-y^2', terminal: '1' }
export const noiselessValue = 0.5

/** f = −2y + 1.5z, g = x: Z moves in time and has a drift under the weight of z, which freezing it over a step must not lose. */
export const drifting: ProblemDefinition = {
  ...blank,
  settings: { dim: 1, horizon: 1 },
  x0: 0.5,
  driver: '-2 * y + 1.5 * z[1]',
  terminal: 'x[1]',
}
export const driftingValue = Math.exp(-2) * (0.5 + 1.5)

/** u = ½p x² + q with p' = p², q' = −½p back from p(T) = 4, q(T) = 0. */
export const riccati: ProblemDefinition = {
  ...blank,
  settings: { dim: 1, horizon: 1 },
  x0: 0.5,
  driver: '-z[1]^2 / 2',
  terminal: '2 * x[1]^2',
}
export const riccatiValue = (0.5 * 4 * 0.5 ** 2) / 5 + 0.5 * Math.log(5)
