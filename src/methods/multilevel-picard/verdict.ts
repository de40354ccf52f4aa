/** Whether multilevel Picard's value may be relied on, and what the iteration has left undone. */
import type { ErrorParts } from '../../solution/error-parts.ts'
import { judgePrecision } from '../../solution/precision.ts'
import type { Status } from '../../solution/status.ts'
import { largestShare } from '../../statistics/largest-share.ts'

export interface Mean {
  mean: number
  standardError: number
}

/** A move stands out of its noise from this many of its standard errors. */
const CLEAR = 2
/** A ratio of two moves is taken for no less than this, and for this where noise hides it: one small move may be chance. */
const LEAST_RATIO = 0.3
const USUAL_RATIO = 0.6
/** Moves that shrink by less than this do not tell where they end. */
const LARGEST_RATIO = 0.9
/** What is no noise may be this share of the value before the result is not to be relied on. */
const LARGEST_ERROR = 0.1
/** Share of the repetitions' variance that one of them may have, where there are enough to tell. */
const LARGEST_SHARE = 0.5
const ENOUGH_REPETITIONS = 8

/**
 * What iterations beyond the last would add. The moves E U_{l+1} − E U_l = Dₗ of a driver of Lipschitz constant L fall like (LT)ˡ/l!; with q
 * the last ratio the rest is at most |D|·x/(1 − x), x = q(n − 1)/n. Where they do not fall it is a multiple of the last that says so.
 *
 * @param moves D₀ … D_{n−1}
 */
export function leftByIteration(moves: Mean[]): number {
  const n = moves.length
  const last = moves[n - 1]
  if (n === 1) return Math.abs(last.mean)
  const x = (ratioOf(moves) * (n - 1)) / n
  const size = Math.hypot(last.mean, isClear(last) ? 0 : last.standardError)
  return (size * Math.min(x, LARGEST_RATIO)) / (1 - Math.min(x, LARGEST_RATIO))
}

function ratioOf(moves: Mean[]): number {
  const [before, last] = moves.slice(-2)
  if (!isClear(before) || !isClear(last)) return USUAL_RATIO
  return Math.max(LEAST_RATIO, Math.abs(last.mean / before.mean))
}

function isClear({ mean, standardError }: Mean): boolean {
  return Math.abs(mean) > CLEAR * standardError
}

/** @param values of the repetitions; `moves` as above @param span what samples may differ by from those that were met, where these were all alike */
export function judgePicard(
  values: Float64Array,
  value: number,
  errors: ErrorParts,
  moves: Mean[],
  span: number,
): { status: Status; reason: string | null } {
  const doubt = doubtOf(values, value, errors, moves, span)
  if (doubt !== null) return { status: 'unconverged', reason: doubt }
  const error = Math.hypot(...Object.values(errors))
  const reason = judgePrecision(value, error, 0, remedyOf(errors))
  return { status: reason === null ? 'converged' : 'imprecise', reason }
}

function doubtOf(
  values: Float64Array,
  value: number,
  errors: ErrorParts,
  moves: Mean[],
  span: number,
): string | null {
  if (!Number.isFinite(value)) return 'a repetition is not finite: shorten the horizon'
  if (moves.length === 1) return 'one iteration does not tell what the next would add; take more --levels'
  const [before, last] = moves.slice(-2)
  if (errors.remainder > LARGEST_ERROR * Math.abs(value)) {
    return `the iterations have not settled: the last moved the value by ${short(last.mean)}, the one before by ${short(before.mean)}; take more --levels, or a shorter horizon`
  }
  if (errors.grid > LARGEST_ERROR * Math.abs(value)) {
    return `the steps of X are too long: half as many move the value by ${short(errors.grid)}, of ${short(value)}; take more --steps`
  }
  if (span === Number.POSITIVE_INFINITY) {
    return 'every sample was alike in g, which is no error bar: g or the driver may be more out of their reach from where they start; take more --repetitions, or see that they start where you meant (--at)'
  }
  if (span > 0 && values.every((own) => own === 0) && moves.every(({ mean }) => mean === 0)) {
    return 'every sample gave exactly 0, which is no error bar: g may be out of their reach from where they start; see that they start where you meant (--at)'
  }
  const share = largestShare(values)
  if (values.length >= ENOUGH_REPETITIONS && share > LARGEST_SHARE) {
    return `one of ${values.length} repetitions has ${Math.round(100 * share)} % of their variance: their spread is no error bar; take more --repetitions, or a shorter horizon`
  }
  if (errors.statistical > LARGEST_ERROR * Math.abs(value) && areOfOneSign(values)) {
    return `the repetitions are all of one sign, and the error of their mean is ${Math.round((100 * errors.statistical) / Math.abs(value))} % of it: paths that none has met may rule it; take more --repetitions, or a shorter horizon`
  }
  return null
}

/** Such numbers that deviate much are skewed: their mean lies below the truth more often than not, and far. */
function areOfOneSign(values: Float64Array): boolean {
  return values.every((own) => own >= 0) || values.every((own) => own <= 0)
}

const REMEDY: Record<keyof ErrorParts, string> = {
  statistical: '--repetitions',
  grid: '--steps',
  remainder: '--levels',
}

function remedyOf(errors: ErrorParts): string {
  const parts = Object.keys(errors) as (keyof ErrorParts)[]
  return REMEDY[parts.reduce((most, part) => (errors[part] > errors[most] ? part : most))]
}

function short(value: number): string {
  return value.toPrecision(2)
}
