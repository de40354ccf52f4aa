/** What a fit of a right to stop learned, and how it is asked. */

/** A learned rule, ready to be asked. States are [dim] numbers; values have the page's own sign, costs are positive. */
export interface LearnedRule {
  /** Times at which it may stop; where that is any time, those of its fits. */
  readonly dates: number[]
  /**
   * Whether to stop at time t in state x. Always at the horizon, never between given dates; where one may stop at any time, by the
   * fit of the last date until t.
   * @throws UserError for a time outside [0, horizon], or a state that X cannot be in
   */
  stop(t: number, x: ArrayLike<number>): boolean
  /** As `stop`, of many states at once. */
  stops(t: number, states: readonly ArrayLike<number>[]): boolean[]
  /** What the fit says that going on is worth at t in x. @throws UserError as `stop` */
  goingOn(t: number, x: ArrayLike<number>): number
  /** What stopping pays at t in x; at the horizon the better of that and the terminal value. @throws UserError as `stop` */
  payoff(t: number, x: ArrayLike<number>): number
  /**
   * Lets paths that the fit never saw run until the rule stops them.
   * @param seed of the noise; the same seed gives the same paths
   * @param starts starting points [dim], which paths take in turn; the problem's own unless given
   */
  simulate(paths: number, seed?: number, starts?: readonly ArrayLike<number>[]): StoppedPaths
}

/** Where a rule stopped paths, and what that paid. */
export interface StoppedPaths {
  /** How many there are. */
  paths: number
  /** 0, then the dates in ascending order. */
  dates: number[]
  /** [paths]: index of the date at which a path was stopped. */
  date: Int32Array
  /** [path][component] when it was stopped. */
  state: Float64Array
  /** [paths]: what stopping paid. */
  payoff: Float64Array
  /** [paths]: the payoff discounted to time 0, and what was paid on the way, discounted likewise. */
  worth: Float64Array
}
