/** Bounds of the value from both sides. */
import { formatPercent, formatPlusMinus, formatWithError } from '../format.ts'
import type { Bar, Detail, Row } from './detail.ts'

/** One side's bound: a mean over fresh paths, so that the truth lies beyond it up to its own standard error. */
export interface Bound {
  /** Mean over the paths. */
  value: number
  /** Of that mean. */
  standardError: number
  /** How far the one-sided confidence limit lies beyond `value`, outward. */
  limit: number
  /** What it was made from. */
  from: string
}

/** See `docs/bounds.md` for what is rigorous, and for which equation. */
export interface Bounds {
  /** Null where there is none; `missing` says why. */
  lower: Bound | null
  /** Likewise. */
  upper: Bound | null
  /** Of the driver; `mixed`: it was split into a convex and a concave part. */
  curvature: 'convex' | 'concave' | 'mixed' | null
  /** The equation that the bounds hold for. */
  equation: string
  /** (upper − lower)/|middle|; null with one side only. */
  relativeGap: number | null
  /** Why a side is missing. */
  missing: string | null
  /** Fresh paths of either side. */
  paths: number
  /** Both sides together. */
  elapsedMs: number
}

export interface Keys {
  /** Where `RunOptions.bounds` was given. */
  bounds?: Bounds
}

export const boundsDetail: Detail<Keys, 'bounds'> = { place: 'check', kept: ['bounds'], rows, facts, bars }

function rows({ bounds }: Keys): Row[] {
  if (bounds === undefined) return []
  const row = (label: string, bound: Bound | null) =>
    bound === null
      ? { label, text: 'none', note: bounds.missing ?? '' }
      : { label, text: formatPlusMinus(bound.value, bound.standardError), note: bound.from }
  const sides = [row('lower bound', bounds.lower), row('upper bound', bounds.upper)]
  if (bounds.relativeGap === null) return sides
  return [
    ...sides,
    { label: 'gap', text: formatPercent(bounds.relativeGap), note: `of the value, for ${bounds.equation}` },
  ]
}

/** To the confidence limits, beyond which the truth does not lie. */
function facts({ bounds }: Keys): Row[] {
  if (bounds === undefined) return []
  const side = (bound: Bound | null) => {
    if (bound === null) return '?'
    const { values, exponent } = formatWithError([bound.limit], bound.standardError)
    return values[0] + exponent
  }
  const missing = bounds.missing === null ? '' : `, ${bounds.missing}`
  return [{ label: 'bounds', text: `[${side(bounds.lower)}, ${side(bounds.upper)}]${missing}` }]
}

/** Between the confidence limits of both sides. */
function bars({ bounds }: Keys): Bar[] {
  if (!bounds?.lower || !bounds.upper) return []
  const [low, high] = [bounds.lower.limit, bounds.upper.limit]
  return [{ label: 'bounds', value: 0.5 * (low + high), low, high }]
}
