/**
 * Where nothing was learned that looks as if nothing were there: a field that is 0 meets no contradiction of its own. Each finding
 * returns why the result is not to be relied on, or null, as `judge` does.
 */
import type { EstimateResult } from '../../estimation/result.ts'
import type { FieldPlan } from '../../fields/plan.ts'
import { STATE } from '../../fields/state.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { History } from '../../solution/solution.ts'
import { doubtFew } from '../../solution/unmet.ts'
import { type Evidence, moreIterations } from './verdict.ts'

/** What training and the estimate may differ by, in standard errors of training's, and as a share of g's deviation or of a quarter of the value. */
const CLEAR = 4
const LARGE = 0.2
const SMALL_DEVIATION = 0.25

type Doubted = Pick<Evidence, 'value' | 'terminalDeviation' | 'endedByItself' | 'loss'>

/** Paths that move, and of which each gives exactly 0, do not tell 0 from a u that is smaller than they can see. */
export function judgeSilence(
  { value, deviation, isKnown }: Pick<EstimateResult, 'value' | 'deviation' | 'isKnown'>,
  gradient: readonly (number | null)[],
): string | null {
  const isMoved = gradient.includes(0)
  const isFlat = gradient.every((component) => component === null || component === 0)
  if (isKnown || value !== 0 || deviation !== 0 || !isMoved || !isFlat) return null
  return 'every fresh path gave exactly 0, which is no error bar: g may be out of their reach from where they start; see that they start where you meant (--at, --region)'
}

/**
 * Where fewer than four paths carry all of g, or all of what the driver adds to a fixed g, others that nobody met may carry as much: a sample of them looks calm, and says nothing. What a
 * bounded g can have there is in the interval. Of paths that run away in longer steps nothing is told.
 */
export function judgeLoners({
  restsOnFew,
  gridError,
  paths,
}: Pick<EstimateResult, 'restsOnFew' | 'gridError' | 'paths'>): string | null {
  if (!restsOnFew || Number.isNaN(gridError)) return null
  return doubtFew(paths, 'g or the driver', '--at, --region')
}

/** A g that jumps, but on no pilot path: what is told of it is the skips' extrapolation. */
export function judgeReach(doubles: Float64Array, { state }: FieldPlan): string | null {
  if (doubles[state + STATE.isSilent] === 0) return null
  return 'g jumps, but no path of the first 1024 has seen it: its jumps are out of their reach from where they start; see that they start where you meant (--at, --region)'
}

/**
 * Training's own estimates of Y₀ and that by fresh paths are both right up to the second order of the fields' errors. Where a fit behind
 * training found no slope, and so none of what the driver makes of it, they differ.
 */
export function judgeContradiction(
  { estimate }: Pick<History, 'estimate'>,
  { value, terminalDeviation, ...training }: Doubted,
): string | null {
  const last = estimate.slice(-Math.max(1, Math.floor(estimate.length / 10)))
  if (last.length < 2) return null
  const mean = last.reduce((sum, entry) => sum + entry / last.length, 0)
  const square = last.reduce((sum, entry) => sum + (entry - mean) ** 2, 0)
  const standardError = Math.sqrt(square / (last.length - 1) / last.length)
  const distance = Math.abs(mean - value)
  const large = LARGE * Math.max(terminalDeviation, SMALL_DEVIATION * Math.abs(value))
  if (!(distance > CLEAR * standardError + large)) return null
  return `training's last estimates had the mean ${mean.toPrecision(3)}, fresh paths ${value.toPrecision(3)}: one of them does not see what the driver does; take more ${moreIterations(training)}`
}

/**
 * Where σ vanishes like a root and the drift leads paths there, no step has an order that is known, and grids may agree on a value
 * that is not right.
 *
 * @returns as `judge`
 */
export function judgeMotion({ dynamics }: CompiledProblem): string | null {
  if (!dynamics.isSingular) return null
  return 'diffusion vanishes like a root where the drift leads paths (a Feller condition that does not hold), and steps of time are not sure there: compare with another number of --steps'
}
