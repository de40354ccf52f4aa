/** What next to none of the fresh paths met: of what stopping pays, of the terminal value, of a rate or of what is paid on the way. */
import { FARTHEST, restsOnFew, UNMET } from '../../statistics/unmet.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'

/** What is written down of a path: its least and its greatest payoff over the dates, its terminal value, its discount to T and what it was paid until then. */
export const MET = { least: 0, most: 1, terminal: 2, weight: 3, earned: 4, length: 5 } as const

export interface Unmet {
  /** What other paths may differ by from those that were met; 0 where these tell. */
  span: number
  /** Whether no path differs from another in anything. */
  areAlike: boolean
}

/**
 * @param columns of `MET`, one number a path each
 * @param value that all of this makes
 */
export function unmetBy(
  columns: readonly Float64Array[],
  { spans }: CompiledStopping['stopping'],
  value: number,
): Unmet {
  const [least, most, terminal, weight, earned] = columns.map(distances)
  const sources = [
    { span: spans.payoff, of: largerOf(least, most) },
    { span: spans.terminal, of: terminal },
    {
      span: spans.driver * Math.max(1, Math.abs(value)),
      of: weight.map((w, k) => w * Math.abs(value) + earned[k]),
    },
  ].map(({ span, of }) => ({ span, farthest: farthestOf(of) }))
  const unmet = sources.filter(({ farthest }) => farthest[FARTHEST - 1] === 0 || restsOnFew(farthest, value))
  return {
    span: unmet.reduce((widest, { span }) => Math.max(widest, span), 0),
    areAlike: sources.every(({ farthest }) => farthest[FARTHEST - 1] === 0),
  }
}

/** What that leaves open of a mean over so many paths, as one deviation; 0 where nothing bounds it. */
export function beyondOf({ span }: Unmet, paths: number): number {
  return Number.isFinite(span) ? (UNMET * span) / paths : 0
}

/** From the median. */
function distances(values: Float64Array): Float64Array {
  const middle = values.slice().sort()[values.length >> 1]
  return values.map((value) => Math.abs(value - middle))
}

function largerOf(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((value, k) => Math.max(value, other[k]))
}

/** Ascending. */
function farthestOf(values: Float64Array): Float64Array {
  return values.slice().sort().slice(-FARTHEST)
}
