/**
 * Where damping makes u forget g within a small part of the horizon: −1000y³ of y = 1 is 3000 times as fast at T as at 0. Equal steps short enough
 * for that would be far too many; here they crowd at T, as many from 2τ to τ before it for every τ, and as many equal ones besides.
 */

/** γT at T up to which equal steps are short enough. */
const FEW = 16
/** How many times as many equal steps would have to be needed. */
const WORTH = 2
/** Times before T at which rates are looked at: T, T/2, …, and none. */
const HALVINGS = 30

export interface Settling {
  /** 1/γ at T: up to so long before it steps are about equal. */
  time: number
  /** The horizon times the rate that equal steps would be as short for. */
  stiffness: number
}

/** Times before T, ascending, for `settling`. */
export function leadsOf(horizon: number): number[] {
  return [0, ...Array.from({ length: HALVINGS + 1 }, (_, k) => horizon * 2 ** (k - HALVINGS))]
}

/** @param rates γ at `leads`. Null where equal steps do, or do as well. */
export function settling(
  leads: readonly number[],
  rates: readonly number[],
  horizon: number,
): Settling | null {
  if (!(horizon * rates[0] > FEW)) return null
  const time = 1 / rates[0]
  const stiffness = Math.max(...rates.map((rate, k) => rate / densityAt(leads[k], horizon, time)))
  return WORTH * stiffness < horizon * Math.max(...rates) ? { time, stiffness } : null
}

/** Share of the steps that lie within `lead` of T. */
export function shareWithin(lead: number, horizon: number, time: number): number {
  return 0.5 * (lead / horizon + Math.log1p(lead / time) / Math.log1p(horizon / time))
}

/** Its derivative. */
function densityAt(lead: number, horizon: number, time: number): number {
  return 0.5 * (1 / horizon + 1 / ((lead + time) * Math.log1p(horizon / time)))
}
