/** A trajectory's feedback as a rule that training may begin with: one for each of the policy's steps. */
import { descend } from './descend.ts'
import type { Found } from './race.ts'
import type { Skeleton } from './skeleton.ts'

/** One rule for each step: v = level + gain·x, in what the networks write. */
export interface Start {
  /** What guess it was found from. */
  from: string
  /** Whether controls that rest at a bound are held back from it. */
  isEased: boolean
  /** [steps][rawDim]. */
  level: Float64Array
  /** [steps][rawDim × dim]. */
  gain: Float64Array
}

/** v from which on a control of a box, v/√(1+v²) of its room, is all but at its bound, with a slope of 0.09 of that in the middle. */
export const EDGE = 2
const EDGE_SHARE = EDGE / Math.hypot(1, EDGE)
/** Share of the controls beyond the edge from which on a rule is held back: of a Dubins car's and a pendulum's a third are, of a cart-pole's a twentieth, and those train better as they are. */
const RESTING = 0.2
/** See `Skeleton.inertia`; from a tenth of it on a pushed mass was left with twice as far to go. */
const EASE = 0.01
const EASED_SWEEPS = 40

/**
 * `parts` steps of the skeleton to one of the policy's: the controls' mean over the step around the state where the step has it in the mean, the
 * middle in Heun's and the left end in Euler's.
 */
export function lawOf(
  skeleton: Skeleton,
  { from, rule }: Found,
  parts: number,
  isHeun: boolean,
  isEased = false,
): Start {
  const { dim, rawDim } = skeleton
  const steps = skeleton.steps / parts
  const level = new Float64Array(steps * rawDim)
  const gain = new Float64Array(steps * rawDim * dim)
  for (let n = 0; n < steps; n++) {
    const { left, right } = middleOf(n, parts, isHeun)
    for (let r = 0; r < rawDim; r++) {
      const row = (n * rawDim + r) * dim
      let v = 0
      for (let m = 0; m < parts; m++) {
        v += written(rule.wishes[(n * parts + m) * rawDim + r], skeleton, isEased).v / parts
      }
      const { slope: steepness } = written(rule.wishes[left * rawDim + r], skeleton, isEased)
      for (let i = 0; i < dim; i++) {
        const slope = steepness * rule.gain[(left * rawDim + r) * dim + i]
        gain[row + i] = slope
        v -= 0.5 * slope * (rule.states[left * dim + i] + rule.states[right * dim + i])
      }
      level[n * rawDim + r] = v
    }
  }
  return { from, isEased, level, gain }
}

/**
 * What a network writes for a wish, and its slope. Beyond the edge it is as many times as large as there, so that the control leaves its bound
 * where the wish does, or, eased, stays at the edge: further out it hardly moves with v, which is then out of reach of any gradient.
 */
function written(wish: number, { most }: Skeleton, isEased: boolean): { v: number; slope: number } {
  if (most === Number.POSITIVE_INFINITY) return { v: wish, slope: 1 }
  const size = Math.min(EDGE_SHARE, Math.abs(wish))
  const room = 1 - size * size
  const v = (Math.sign(wish) * size) / Math.sqrt(room)
  if (isEased || size < EDGE_SHARE) return { v, slope: room ** -1.5 }
  const slope = EDGE / EDGE_SHARE
  return { v: slope * wish, slope }
}

/**
 * The same in a box, of a trajectory nearby that keeps from its bounds: all of its controls move with the state, and training can move them.
 * On a Dubins car it ended 5 % off the best without, 0.3 % with it; on a mass pushed to rest the start itself costs a fifth less.
 *
 * @returns null where few controls rest at a bound
 */
export function easedLawOf(skeleton: Skeleton, found: Found, parts: number, isHeun: boolean): Start | null {
  const { controls } = found.rule
  const isFew = controls.filter((v) => Math.abs(v) > EDGE_SHARE).length < RESTING * controls.length
  if (isFew) return null
  const rule = descend(skeleton, controls, EASED_SWEEPS, EASE)
  return rule && lawOf(skeleton, { ...found, rule }, parts, isHeun, true)
}

function middleOf(n: number, parts: number, isHeun: boolean): { left: number; right: number } {
  const middle = isHeun ? parts / 2 : 0
  return { left: n * parts + Math.floor(middle), right: n * parts + Math.ceil(middle) }
}
