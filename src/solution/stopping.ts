/** What a right to stop adds to an answer. */

/** The chance to stop at one date, under the learned rule. */
export interface StoppedAt {
  time: number
  chance: number
}

/** A limit is a mean over fresh paths that lies on its side of the truth whatever was fitted, up to its standard error. */
export interface StoppingLimit {
  value: number
  standardError: number
}

export interface StoppingAnswer {
  /** Dates that the rule may stop at; `any` where they stand for any time. */
  dates: number | 'any'
  lower: StoppingLimit
  upper: StoppingLimit
  /** (upper − lower)/|value| */
  relativeGap: number | null
  /** Of the stopping time under the rule, which ends at the horizon. */
  time: { mean: number; deviation: number; quartiles: [number, number, number] }
  /** In the order of the dates. */
  chances: StoppedAt[]
  /** The rule in a few words; one that never stops, or always does, is told as such. */
  rule: string
  /** Which of the limits is rigorous, and for what. */
  holdsFor: string
}
