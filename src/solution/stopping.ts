/** What a right to stop adds to an answer. */

/** The chance to stop at one date, under the learned rule. */
export interface StoppedAt {
  /** The date. */
  time: number
  /** Share of the paths that stop then. */
  chance: number
}

/** A limit is a mean over fresh paths that lies on its side of the truth whatever was fitted, up to its standard error. */
export interface StoppingLimit {
  /** Mean over the paths. */
  value: number
  /** Of that mean. */
  standardError: number
}

/** Both limits, at the dates as they were fitted, after so many fresh paths. */
export interface LimitsAt {
  /** Fresh paths until then. */
  paths: number
  /** No more than the truth, up to its error. */
  lower: StoppingLimit
  /** No less than the truth, up to its error. */
  upper: StoppingLimit
}

/** What an estimate of a right to stop found: both limits, when the rule stops, and what is left of it by date. */
export interface StoppingAnswer {
  /** Dates that the rule may stop at; `any` where they stand for any time. */
  dates: number | 'any'
  /** Null on a side where none is known: the interval's end there is an estimate. */
  lower: StoppingLimit | null
  /** Likewise. */
  upper: StoppingLimit | null
  /** (upper − lower)/|value|, of the ends that the interval is made of. */
  relativeGap: number | null
  /** Of the stopping time under the rule, which ends at the horizon. */
  time: { mean: number; deviation: number; quartiles: [number, number, number] }
  /** In the order of the dates. */
  chances: StoppedAt[]
  /** The rule in a few words; one that never stops, or always does, is told as such. */
  rule: string
  /** Which of the limits is rigorous, and for what. */
  holdsFor: string
  /** How the limits tightened, where samples were asked for. */
  course?: LimitsAt[]
}

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
