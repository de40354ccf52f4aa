/**
 * A right to stop is one part of a page, beside any motion and a driver that is linear in y and z: over [0, T] a person
 * chooses when to stop, and is paid
 *
 *     u(0, x0) = sup over stopping times τ of E[ e^{−∫r} payoff(τ, X_τ) + ∫₀^τ e^{−∫r} ℓ(t, X) dt ],   f = ℓ(t,x) − r(t,x)·y.
 */

/** When one may stop, and what that pays. */
export interface StoppingPart {
  /** What stopping at t in x pays: a formula of t and x. */
  payoff: string
  /**
   * So many equal dates T/n, 2T/n, …, T; a list of times in (0, T]; a formula of the settings for either; or `any` for any
   * time, also at once.
   */
  dates: number | number[] | string
  /** `maximize` unless stated; `minimize` reads the payoff, the terminal value and the driver's source as costs. */
  goal?: 'minimize' | 'maximize'
}

/** Without a driver nothing is paid on the way; without a terminal value the last date pays what stopping pays. */
export function withDefaults<P extends { stopping?: unknown; terminal?: unknown; driver?: unknown }>(
  page: P,
): P {
  // A page without a payoff is told of that, not of its terminal value.
  const { payoff = '0' } = (page.stopping ?? {}) as Partial<StoppingPart>
  return { ...page, terminal: page.terminal ?? payoff, driver: page.driver ?? '0' }
}
