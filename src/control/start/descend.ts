/**
 * The best trajectory near a first guess of the controls, and the feedback around it: sweeps back (`backward.ts`) and runs forward under
 * ν = αk + Kξ, cut off at the bounds of a box, the share α and the regularisation μ moved until the cost falls (Levenberg and Marquardt).
 */
import { type Feedback, sweepBack } from './backward.ts'
import type { Skeleton } from './skeleton.ts'

export interface Trajectory {
  /** [steps + 1][dim], [steps][rawDim]. */
  states: Float64Array
  controls: Float64Array
  /** Of the skeleton without inertia, times the sign: lower is better. */
  cost: number
  /** The controls where they lie within their bounds; beyond, by as much as keeps them there, where they are held. [steps][rawDim] */
  wishes: Float64Array
  /** K of the wishes [steps][rawDim × dim]. */
  gain: Float64Array
  sweeps: number
  /** What the last sweep back still expected to take off the cost. */
  left: number
  /** Whether one sweep and its whole change were exact: the problem is linear–quadratic, and every guess leads here. */
  isQuadratic: boolean
}

/** A cost this many times its first size below 0 falls without bound. */
const UNBOUNDED = 1e4
/** A gain below this share of the cost is none. */
const SETTLED = 1e-8
/** Least share of the expected gain that a change has to bring. */
const ENOUGH = 0.05
const FEWEST_SHARE = 2 ** -10
/** μ in units of Q's largest curvature: that of the feedback found, the first above 0, the largest, and by what it moves. */
const FLAT = 1e-5
const RAISED = { first: 1e-5, most: 1e6, up: 6, down: 1 / 6 } as const

/**
 * @param inertia ρ of the whole horizon as a share of the guess's cost
 * @returns null where the guess, or every change of it, runs away
 */
export function descend(
  skeleton: Skeleton,
  guess: Float64Array,
  mostSweeps: number,
  inertia: number,
): Trajectory | null {
  skeleton.inertia = 0
  let path = roll(skeleton, guess)
  if (path === null) return null
  skeleton.inertia = (inertia * Math.abs(path.cost)) / skeleton.steps
  path = roll(skeleton, guess)!
  let [raised, unit, sweeps, isQuadratic] = [0, 0, 0, false]
  const least = -UNBOUNDED * (Math.abs(path.cost) + 1)
  let last: Feedback | null = null
  const isBounded = Number.isFinite(skeleton.most)
  let isCurrent = false
  const raise = () => {
    raised = Math.max(RAISED.first * unit, raised * RAISED.up)
  }
  while (sweeps < mostSweeps && (unit === 0 || raised <= RAISED.most * unit)) {
    sweeps++
    const { feedback, unit: met } = sweepBack(skeleton, path.states, path.controls, raised)
    if (!Number.isFinite(met)) return null
    unit = Math.max(unit, met)
    if (unit === 0) return null
    if (feedback === null) {
      raise()
      continue
    }
    last = feedback
    isCurrent = raised <= FLAT * unit
    const floor = SETTLED * (Math.abs(path.cost) + SETTLED)
    if (expectedOf(feedback, 1) < floor) break
    const better = search(skeleton, path, feedback)
    if (better === null) {
      raise()
      continue
    }
    const gained = path.cost - better.cost
    isQuadratic ||=
      !isBounded && sweeps === 1 && raised === 0 && Math.abs(gained / expectedOf(feedback, 1) - 1) < 1e-6
    path = better
    if (path.cost < least) return null
    isCurrent = false
    raised = raised <= RAISED.first * unit ? 0 : raised * RAISED.down
    if (gained < floor) break
  }
  if (last === null) return null
  const { most } = skeleton
  const final = isCurrent ? last : (settled(skeleton, path, raised, unit, isQuadratic) ?? last)
  const wishes = path.controls.map((v, k) => (Math.abs(v) < most ? v : v + final.change[k]))
  skeleton.inertia = 0
  const { cost } = roll(skeleton, path.controls)!
  const left = expectedOf(final, 1)
  return { ...path, cost, wishes, gain: final.gain, sweeps, left, isQuadratic }
}

function expectedOf({ slope, bend }: Feedback, share: number): number {
  return share * slope - 0.5 * share * share * bend
}

interface Path {
  states: Float64Array
  controls: Float64Array
  cost: number
}

/** The feedback around the trajectory that was found, with no more regularisation than it takes. */
function settled(
  skeleton: Skeleton,
  path: Path,
  raised: number,
  unit: number,
  isQuadratic: boolean,
): Feedback | null {
  // Where a control is at its bound Q is all but flat in v, and a feedback without μ would make much of nothing.
  for (let own = isQuadratic ? 0 : FLAT * unit; own <= RAISED.up * Math.max(raised, FLAT * unit); ) {
    const { feedback } = sweepBack(skeleton, path.states, path.controls, own)
    if (feedback !== null) return feedback
    own = Math.max(FLAT * unit, own * RAISED.up)
  }
  return null
}

function search(skeleton: Skeleton, path: Path, feedback: Feedback): Path | null {
  for (let share = 1; share >= FEWEST_SHARE; share /= 2) {
    const moved = roll(skeleton, path.controls, path, feedback, share)
    if (moved === null) continue
    if (path.cost - moved.cost > ENOUGH * expectedOf(feedback, share)) return moved
  }
  return null
}

/** The trajectory of the controls, changed by αk + K(x − x̄) where there is a path to change; null where it runs away. */
function roll(
  skeleton: Skeleton,
  from: Float64Array,
  path: Path | null = null,
  feedback: Feedback | null = null,
  share = 0,
): Path | null {
  const { dim, rawDim, steps, x0, most } = skeleton
  const states = new Float64Array((steps + 1) * dim)
  const controls = from.map((v) => Math.max(-most, Math.min(most, v)))
  states.set(x0)
  let cost = 0
  for (let n = 0; n < steps; n++) {
    if (path !== null && feedback !== null) {
      for (let r = 0; r < rawDim; r++) {
        let change = share * feedback.change[n * rawDim + r]
        const row = (n * rawDim + r) * dim
        for (let i = 0; i < dim; i++) {
          change += feedback.gain[row + i] * (states[n * dim + i] - path.states[n * dim + i])
        }
        const v = controls[n * rawDim + r] + change
        controls[n * rawDim + r] = Math.max(-most, Math.min(most, v))
      }
    }
    cost += skeleton.advance(n, states, controls)
    if (!Number.isFinite(cost)) return null
  }
  cost += skeleton.end(states)
  return Number.isFinite(cost) && states.every(Number.isFinite) ? { states, controls, cost } : null
}
