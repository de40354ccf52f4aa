/** A trajectory's feedback as a rule that training may begin with: one for each of the policy's steps. */
import type { Found } from './race.ts'
import type { Skeleton } from './skeleton.ts'

/** One rule for each step: v = level + gain·x. */
export interface Start {
  /** What guess it was found from. */
  from: string
  /** Whether controls that rest at a bound are held back from it; see `easedLawOf`. */
  isEased: boolean
  /** [steps][rawDim]. */
  level: Float64Array
  /** [steps][rawDim × dim]. */
  gain: Float64Array
}

/** v beyond which a control of a box is all but at its bound: 0.89 of the way, with a slope of 0.09 of that in the middle. */
const EASED = 2
/** Share of the controls beyond EASED from which on a rule is held back: of a Dubins car's and a pendulum's a third are, of a cart-pole's a twentieth, and those train better as they are. */
const RESTING = 0.2

/**
 * `parts` steps of the skeleton to one of the policy's: the controls' mean over the step around the state where the step has it in the mean, the
 * middle in Heun's and the left end in Euler's.
 */
export function lawOf(skeleton: Skeleton, { from, rule }: Found, parts: number, isHeun: boolean): Start {
  const { dim, rawDim } = skeleton
  const steps = skeleton.steps / parts
  const level = new Float64Array(steps * rawDim)
  const gain = new Float64Array(steps * rawDim * dim)
  for (let n = 0; n < steps; n++) {
    const { left, right } = middleOf(n, parts, isHeun)
    for (let r = 0; r < rawDim; r++) {
      const row = (n * rawDim + r) * dim
      let v = 0
      for (let m = 0; m < parts; m++) v += rule.controls[(n * parts + m) * rawDim + r] / parts
      for (let i = 0; i < dim; i++) {
        const slope = rule.gain[(left * rawDim + r) * dim + i]
        gain[row + i] = slope
        v -= 0.5 * slope * (rule.states[left * dim + i] + rule.states[right * dim + i])
      }
      level[n * rawDim + r] = v
    }
  }
  return { from, isEased: false, level, gain }
}

/**
 * The same in a box with no control further than EASED. Where one rests at a bound a = v/√(1+v²) hardly moves with v: the feedback of v is
 * hundreds of times what it is elsewhere, throws v from bound to bound where there is noise, and is out of reach of any gradient.
 * Held back it is that of a: K times the slope of a at v over that where v is now. On a Dubins car training from
 * the rule as it was ended 5 % off the best, from this 0.4 %.
 *
 * @returns null where few controls rest at a bound
 */
export function easedLawOf(skeleton: Skeleton, found: Found, parts: number, isHeun: boolean): Start | null {
  const { dim } = skeleton
  const { states, controls, gain } = found.rule
  if (controls.filter((v) => Math.abs(v) > EASED).length < RESTING * controls.length) return null
  const eased = controls.map((v) => Math.max(-EASED, Math.min(EASED, v)))
  const own = gain.map((slope, k) => {
    const at = Math.floor(k / dim)
    return slope * ((1 + eased[at] ** 2) / (1 + controls[at] ** 2)) ** 1.5
  })
  const rule = { ...found.rule, states, controls: eased, gain: own }
  return { ...lawOf(skeleton, { ...found, rule }, parts, isHeun), isEased: true }
}

function middleOf(n: number, parts: number, isHeun: boolean): { left: number; right: number } {
  const middle = isHeun ? parts / 2 : 0
  return { left: n * parts + Math.floor(middle), right: n * parts + Math.ceil(middle) }
}
