/** What a solution may have beside its value: one file a kind, with its JSON form, what reports say of it, and its pictures. */
import type { Picture } from '../../drawing/plotting.ts'

/** A label, what it says, and what may be said more quietly. */
export interface Row {
  label: string
  text: string
  note?: string
}

/** An interval beside the value's own, in the picture of the value. */
export interface Bar {
  label: string
  value: number
  low: number
  high: number
}

/** A solution has more than the keys of one kind; those of others it does not see. */
export interface Detail<Keys, Kept extends keyof Keys = never> {
  /** Beside the value, among what checks it, or with the run. */
  place: 'value' | 'check' | 'run'
  /** Of what a method found, what the solution has as it is. */
  kept?: readonly Kept[]
  /** None where the solution has nothing of the kind. */
  rows(solution: Keys): Row[]
  /** The same on a report's page, where that is said otherwise. */
  facts?(solution: Keys): Row[]
  /** @param quantile standard errors that an interval reaches to either side */
  bars?(solution: Keys, quantile: number): Bar[]
  /** None where the solution kept nothing to draw. */
  pictures?(solution: Keys): Picture[]
}
