/** How fast a plant moves under the feedback around its trajectory, and so the steps that it asks for. */
import { multiply } from '../../formulas/linear.ts'
import type { Trajectory } from './descend.ts'
import type { Skeleton } from './skeleton.ts'

/** Product of the fastest rate and a step. */
const MOST_TURN = 0.25
/** The times with the fastest rates that are left aside: near the end feedback grows without meaning for what is reached. */
const LEFT_ASIDE = 0.1
export const MOST_STEPS = 320

/** Steps so short that the closed loop hardly moves in one. */
export function stepsOf(skeleton: Skeleton, rule: Trajectory): number {
  const { steps, dt } = skeleton
  const rates = Array.from({ length: steps }, (_, n) => closedRate(skeleton, rule, n)).sort((a, b) => a - b)
  const fastest = rates[Math.min(steps - 1, Math.floor((1 - LEFT_ASIDE) * steps))]
  const wanted = Math.ceil((fastest * dt * steps) / MOST_TURN)
  return Math.min(MOST_STEPS, Math.max(1, wanted))
}

/** The spectral radius of A, (x₊ − x)/Δt ≈ Ax under the feedback, from above: ‖A⁸‖^⅛. */
function closedRate(skeleton: Skeleton, { states, controls, gain }: Trajectory, n: number): number {
  const { dim, rawDim, dt, most } = skeleton
  const { fx, fv } = skeleton.expansion(n, states, controls)
  let a: Float64Array = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) {
      let entry = fx[i * dim + j] - Number(i === j)
      for (let r = 0; r < rawDim; r++) {
        const isHeld = Math.abs(controls[n * rawDim + r]) >= most
        if (!isHeld) entry += fv[i * rawDim + r] * gain[(n * rawDim + r) * dim + j]
      }
      a[i * dim + j] = entry / dt
    }
  }
  // Scaled to norm 1 each time, so that no power overflows.
  let [rate, power] = [1, 1]
  for (let k = 0; k < 3; k++) {
    const norm = Math.sqrt(a.reduce((sum, entry) => sum + entry * entry, 0))
    if (norm === 0) return 0
    rate *= norm ** power
    power /= 2
    const unit = a.map((entry) => entry / norm)
    a = multiply(unit, unit, dim, dim, dim)
  }
  return rate * Math.sqrt(a.reduce((sum, entry) => sum + entry * entry, 0)) ** power
}
