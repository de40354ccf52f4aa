/**
 * Whether an interval is as narrow as was asked for: one rule for all methods. A tolerance is what was asked; where there is none, by silence or
 * by a number of paths alone, which asks for work and not for any error that it may leave, a usual share of the value is.
 */

/** A tolerance counts as met up to this factor: a sample ends where its own error meets it. */
const SLACK = 1.1
export const USUAL_SHARE = 0.01

/**
 * @param tolerance standard error that was asked for, 0 where none was
 * @param remedy the option of which more makes the largest part of the error smaller
 * @param usual the largest standard error that is usual
 * @returns why the run is `imprecise`; null where it is not
 */
export function judgePrecision(
  value: number,
  standardError: number,
  tolerance: number,
  remedy: string,
  usual?: number,
): string | null {
  const wide = judgeTolerance(value, standardError, tolerance, usual)
  return wide && `${wide}; take more ${remedy}`
}

/** As `judgePrecision`, without a word of what would help. */
export function judgeTolerance(
  value: number,
  standardError: number,
  tolerance: number,
  usual = USUAL_SHARE * Math.abs(value),
): string | null {
  const isAsked = tolerance > 0
  const most = isAsked ? tolerance : usual
  if (standardError <= (isAsked ? SLACK * most : most)) return null
  return `the standard error is ${short(standardError)} of ${short(value)}, where ${short(most)} ${isAsked ? 'was asked for' : 'is usual'}`
}

function short(value: number): string {
  return value.toPrecision(2)
}
