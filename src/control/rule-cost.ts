/** What a trained rule costs in continuous time, and how far from it the problem's value may lie for all that was measured. */
import type { CompiledControl } from './compiled.ts'
import { policyValue } from './estimate.ts'
import type { PolicyEstimatePlan } from './estimate-plan.ts'
import { type GridCheck, readGrids } from './grid-check.ts'
import { POLICY_STATE } from './plan.ts'

/** States are in single precision: no error is told that is below its rounding, as a share of the value. */
const ROUNDING = 2 ** -23
/**
 * The best rule in steps is not the best without, which costs a share of the steps' error: of linear–quadratic plants a tenth. Where there
 * is next to no noise a rule is only known along one path; its slopes beside that make the most of the steps' own errors, and
 * cost about as much again.
 */
const OTHER_BEST = { noisy: 0.1, quiet: 1 } as const
/** Share of the value that paths' costs deviate by where there is next to no noise. */
const QUIET = 0.01

export interface RuleCost {
  /** Extrapolated to steps of length 0. */
  value: number
  /** Of all `errors` together. */
  standardError: number
  errors: RuleErrors
  /** Of the costs of single paths. */
  deviation: number
  /** Of the steps in time; null in discrete time. */
  grid: GridCheck | null
}

/** Standard deviations that the error is made of. */
export interface RuleErrors {
  /** Of the sample of paths. */
  statistical: number
  /** What extrapolating the time grid's error may be wrong by. */
  grid: number
  /** What the rule gives away by being one for steps: by standing still for each, and by what is best in them. */
  held: number
  /** What more training was seen to gain, or the last of it gained, and what its noise costs; see `probe.ts`. */
  training: number
}

export function readRuleCost(
  doubles: Float64Array,
  problem: CompiledControl,
  plan: PolicyEstimatePlan,
): RuleCost {
  const { options, state } = plan.policy
  const { value: own, standardError, plainError, paths } = policyValue(doubles, plan)
  const order = options.scheme === 'heun' && problem.hasAdditiveNoise ? 2 : 1
  const grid = plan.grids && readGrids(doubles, problem, plan.grids, order)
  const isKnown = grid !== null && Number.isFinite(grid.error)
  const value = isKnown ? own - grid.error : own
  const word = (name: keyof typeof POLICY_STATE) => doubles[state + POLICY_STATE[name]]
  const deviation = plainError * Math.sqrt(paths)
  const otherBest = OTHER_BEST[deviation < QUIET * Math.abs(value) ? 'quiet' : 'noisy']
  const gain = (name: keyof typeof POLICY_STATE) => Math.max(0, problem.sign * word(name))
  const errors = {
    statistical: isKnown ? Math.hypot(standardError, grid.standardError) : standardError,
    grid: isKnown ? grid.left : 0,
    held: isKnown ? Math.hypot(Math.max(0, grid.held), otherBest * grid.error) : 0,
    training: Math.hypot(gain('probeGain'), gain('scatter'), gain('drift')),
  }
  return {
    value,
    standardError: Math.hypot(...Object.values(errors), ROUNDING * value),
    errors,
    deviation,
    grid,
  }
}
