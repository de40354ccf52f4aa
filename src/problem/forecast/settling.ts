/**
 * Where damping makes u forget what it is within a small part of the time: −1000y³ of y = 1 is 3000 times as fast at T as at 0. Equal steps short enough
 * for that would be far too many; here they crowd at the end of such a stretch between special times, as many from 2τ to τ before it for every τ, and as many
 * equal ones besides.
 */

/** γ of a stretch's end times its length, up to which equal steps are short enough. */
const FEW = 16
/** How many times as many equal steps would have to be needed. */
const WORTH = 2
/** Times before an end at which rates are looked at: the stretch, half of it, …, and none. */
const HALVINGS = 30

/** Times before the end of a stretch, ascending, for `settlingTime`. */
export function leadsOf(length: number): number[] {
  return [0, ...Array.from({ length: HALVINGS + 1 }, (_, k) => length * 2 ** (k - HALVINGS))]
}

/**
 * 1/γ at the end of a stretch of so great a length: up to so long before it steps are about equal. 0 where equal steps do, or do as well.
 *
 * @param rates γ at `leads`
 */
export function settlingTime(leads: readonly number[], rates: readonly number[], length: number): number {
  if (!(length * rates[0] > FEW)) return 0
  const time = 1 / rates[0]
  const alone = crowding(length, [length], [time])
  return WORTH * alone.stiffness(0, leads, rates) < length * Math.max(...rates) ? time : 0
}

/** How steps are shared out. A measure of 2 is all of them, and half are equal. */
export interface Crowding {
  /** Of the last `lead` of stretch k. */
  measure(k: number, lead: number): number
  /** The horizon times the rate that as many equal steps would be as short for as these are for `rates` at `leads` before the end of stretch k. */
  stiffness(k: number, leads: readonly number[], rates: readonly number[]): number
}

/** @param ends of the stretches, the last the horizon @param times `settlingTime` of each */
export function crowding(horizon: number, ends: readonly number[], times: readonly number[]): Crowding {
  const logs = ends.map((to, k) => (times[k] > 0 ? Math.log1p((to - (ends[k - 1] ?? 0)) / times[k]) : 0))
  const all = logs.reduce((sum, log) => sum + log, 0)
  const density = (k: number, lead: number) =>
    1 / horizon + (times[k] > 0 ? 1 / ((lead + times[k]) * all) : 0)
  return {
    measure: (k, lead) => lead / horizon + (times[k] > 0 ? Math.log1p(lead / times[k]) / all : 0),
    stiffness: (k, leads, rates) => Math.max(...rates.map((rate, n) => (2 * rate) / density(k, leads[n]))),
  }
}
