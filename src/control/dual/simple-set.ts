/** Control sets that do not depend on time or state: the nearest point, and the least value of a linear function. */
import type { ControlSet } from '../definition.ts'

export type SimpleSet =
  | { kind: 'free' }
  | { kind: 'box'; low: number; high: number }
  | { kind: 'simplex' }
  | { kind: 'budget'; total: number }

/** Null for a set whose bounds are formulas, or that is a formula itself. */
export function simpleSet(set: ControlSet): SimpleSet | null {
  switch (set.kind) {
    case 'free':
      return { kind: 'free' }
    case 'simplex':
      return set
    case 'box':
      return typeof set.low === 'number' && typeof set.high === 'number'
        ? { kind: 'box', low: set.low, high: set.high }
        : null
    case 'budget':
      return typeof set.total === 'number' ? { kind: 'budget', total: set.total } : null
    default:
      return null
  }
}

/** min over the set of r·a, r = slope[at … at+count). −∞ on a free set, unless r is 0. */
export function leastLinear(set: SimpleSet, slope: Float64Array, at: number, count: number): number {
  let [sum, least] = [0, Number.POSITIVE_INFINITY]
  for (let j = at; j < at + count; j++) {
    least = Math.min(least, slope[j])
    if (set.kind === 'box') sum += Math.min(slope[j] * set.low, slope[j] * set.high)
    else if (set.kind === 'free' && slope[j] !== 0) sum = Number.NEGATIVE_INFINITY
  }
  if (set.kind === 'simplex') return least
  return set.kind === 'budget' ? set.total * Math.min(0, least) : sum
}

/** Moves a[at … at+count) to the nearest point of the set. */
export function project(set: SimpleSet, a: Float64Array, at: number, count: number): void {
  const own = a.subarray(at, at + count)
  if (set.kind === 'box') {
    for (let j = 0; j < count; j++) own[j] = Math.max(set.low, Math.min(set.high, own[j]))
    return
  }
  if (set.kind === 'free') return
  const total = set.kind === 'simplex' ? 1 : set.total
  if (set.kind === 'budget') {
    const positive = own.reduce((sum, value) => sum + Math.max(0, value), 0)
    if (positive <= total) {
      for (let j = 0; j < count; j++) own[j] = Math.max(0, own[j])
      return
    }
  }
  const shift = simplexShift(own, total)
  for (let j = 0; j < count; j++) own[j] = Math.max(0, own[j] - shift)
}

/** The number s with Σ max(0, aⱼ − s) = total (Held, Wolfe, Crowder 1974). */
function simplexShift(a: Float64Array, total: number): number {
  const sorted = Float64Array.from(a).sort().reverse()
  let sum = -total
  let shift = 0
  for (let k = 0; k < sorted.length; k++) {
    sum += sorted[k]
    if (sorted[k] > sum / (k + 1)) shift = sum / (k + 1)
  }
  return shift
}
