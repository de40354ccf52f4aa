/** A rule found on one grid, or for a shorter horizon, carried to another: run there under its feedback, it gives a first guess that does not fall over. */
import type { Trajectory } from './descend.ts'
import type { Skeleton } from './skeleton.ts'

/**
 * Controls [steps][rawDim] of v̄ + K(x − x̄); beyond the horizon of the rule `beyond` plus the feedback of its middle around where it ended.
 *
 * @param dt of the rule's own steps
 * @returns null where the states run away
 */
export function follow(
  skeleton: Skeleton,
  rule: Trajectory,
  dt: number,
  beyond: Float64Array,
): Float64Array | null {
  const { dim, rawDim, steps, x0, most } = skeleton
  const own = rule.controls.length / rawDim
  const states = new Float64Array((steps + 1) * dim)
  const controls = new Float64Array(steps * rawDim)
  states.set(x0)
  const centre = new Float64Array(dim)
  for (let n = 0; n < steps; n++) {
    const at = (n * skeleton.dt) / dt
    const isBeyond = at > own - 1e-9
    const m = isBeyond ? Math.floor(own / 2) : Math.floor(at + 1e-9)
    const share = at - m
    for (let i = 0; i < dim; i++) {
      const [left, right] = [rule.states[m * dim + i], rule.states[(m + 1) * dim + i]]
      centre[i] = isBeyond ? rule.states[own * dim + i] : left + share * (right - left)
    }
    for (let r = 0; r < rawDim; r++) {
      let v = isBeyond ? beyond[n * rawDim + r] : rule.wishes[m * rawDim + r]
      const row = (m * rawDim + r) * dim
      for (let i = 0; i < dim; i++) v += rule.gain[row + i] * (states[n * dim + i] - centre[i])
      controls[n * rawDim + r] = Math.max(-most, Math.min(most, v))
    }
    skeleton.advance(n, states, controls)
  }
  return states.every(Number.isFinite) ? controls : null
}
