/** ∇²u from the means that its stage left. */

import { addSample, controlledMoments, type Deviations, sumsFor } from '../gradient/controlled.ts'
import { judgeByGrids, readGradient } from '../gradient/result.ts'
import { beyondNoise, type Moments } from '../grid-error.ts'
import { gridSizes } from '../grid-sizes.ts'
import { readEstimate } from '../result.ts'
import { sizeAlong } from './displacement.ts'
import { type Differences, type HessianPlan, meansAt, PARTS, type Part } from './plan.ts'
import { readBends } from './remainder-bend.ts'

/** Where the standard errors are this share of the entries, both as lengths, more paths are not run. */
const PRECISE = 5e-3
/** The second order that the value had lacks no more than so much of its size per squared deviation of X_T. */
const BENDS = 2
/**
 * Two reaches extrapolated lack, of their own order squared in units of the entry, so much: 2 for a Gaussian's top, 6/5 for a sine, 0 for a
 * polynomial of degree 4.
 */
const NEXT_REACH = 2
/** A bend that is noisier than its entry is applied where it stands out by so many of its standard errors. */
const CLEAR = 2
/** Of a path's gradient in single precision, each step rounding. */
const ROUNDING = 2 ** -24

export interface HessianEstimate {
  /** [dim], with its standard errors; null where it was not asked for. */
  diagonal: Moments[] | null
  /** vᵀ∇²u v along every direction. */
  along: Moments[]
}

/**
 * null where no path was run.
 *
 * @param isWhole whether entries have the bend of the second order, and errors what more paths do not take away of it
 */
export function readHessian(
  doubles: Float64Array,
  plan: HessianPlan,
  isWhole = true,
): HessianEstimate | null {
  const units = doubles[plan.count]
  if (units === 0) return null
  const { hasDiagonal, directions, gradient } = plan
  const { dim } = gradient.estimate.training
  const entry = (k: number) => new Entry(doubles, plan, units, k)
  const onDiagonal = hasDiagonal ? Array.from({ length: dim }, (_, i) => entry(i)) : []
  const scale = Math.sqrt(onDiagonal.reduce((sum, own) => sum + own.size ** 2, 0) / dim)
  const along = directions.map((_, k) => entry(onDiagonal.length + k))
  const floor = floorOf(doubles, plan)
  const bends = isWhole && plan.bends ? readBends(doubles, plan, plan.bends) : null
  const read = (own: Entry, scale: number, k: number) => {
    const entry = own.read(scale, floor[k])
    return bends ? withBend(entry, bends[k], scale) : entry
  }
  return {
    diagonal: hasDiagonal ? onDiagonal.map((own, i) => read(own, scale, i)) : null,
    along: along.map((own, k) => read(own, own.size, onDiagonal.length + k)),
  }
}

/** Standard errors, of the diagonal and then of directions. */
export function errorsOf({ diagonal, along }: HessianEstimate): number[] {
  return [...(diagonal ?? []), ...along].map(({ standardError }) => standardError)
}

/** With the bend of the second order where that is clear or cheap, else with it in the error; the third order is about as much smaller again. */
function withBend({ mean, standardError }: Moments, bend: Moments, scale: number): Moments {
  const isClear = Math.abs(bend.mean) > CLEAR * bend.standardError
  if (!isClear && bend.standardError > standardError)
    return { mean, standardError: Math.hypot(standardError, bend.mean, bend.standardError) }
  const size = Math.abs(bend.mean)
  const third = scale > 0 ? size * Math.min(1, Math.sqrt(size / scale)) : size
  return { mean: mean + bend.mean, standardError: Math.hypot(standardError, bend.standardError, third) }
}

export function isPrecise(found: HessianEstimate | null): boolean {
  if (found === null) return false
  const isSharp = (entries: Moments[]) =>
    Math.hypot(...entries.map(({ standardError }) => standardError)) <=
    PRECISE * Math.hypot(...entries.map(({ mean }) => mean))
  return [...(found.diagonal ? [found.diagonal] : []), ...found.along.map((own) => [own])].every(isSharp)
}

/** What was taken of the candidates. */
export function differencesOf(doubles: Float64Array, { count, candidates }: HessianPlan): Differences {
  return candidates[doubles[count + 1]]
}

/** Variance of each entry's samples on the finest grid, from the units so far. */
export function sampleVariances(doubles: Float64Array, plan: HessianPlan): number[] {
  const units = doubles[plan.count]
  return Array.from({ length: plan.entries }, (_, k) => new Entry(doubles, plan, units, k).variance)
}

/** What no number of paths takes away from each entry: single precision's rounding, and the second order of the networks' errors. */
function floorOf(doubles: Float64Array, plan: HessianPlan): number[] {
  const { hasDiagonal, directions, gradient } = plan
  const { coupling, reaches } = differencesOf(doubles, plan)
  const { dim, grid } = gradient.estimate.training
  const slope = readGradient(doubles, gradient)!.gradient
  const spread = doubles.subarray(plan.spread, plan.spread + dim)
  const digit = ROUNDING * Math.sqrt(grid.steps)
  const share = reaches[0] / Math.sqrt(coupling === 'merging' ? dim : 1)
  const { remainder } = readEstimate(doubles, gradient.estimate)
  const order = remainder && !plan.bends ? BENDS * Math.abs(remainder.value) : 0
  const diagonal = hasDiagonal
    ? [...slope].map((p, i) => Math.hypot((digit * p) / (share * spread[i]), order / spread[i] ** 2))
    : []
  const along = directions.map((v) => {
    const p = v.reduce((sum, value, i) => sum + Math.abs(value * slope[i]), 0)
    const size = sizeAlong(v, spread)
    return Math.hypot((digit * p) / (reaches[0] * size), order / size ** 2)
  })
  return [...diagonal, ...along]
}

/** One entry of the Hessian: its differences on every grid and with every reach, a sample for each unit. */
class Entry {
  readonly #doubles: Float64Array
  readonly #plan: HessianPlan
  readonly #units: number
  readonly #entry: number

  constructor(doubles: Float64Array, plan: HessianPlan, units: number, entry: number) {
    this.#doubles = doubles
    this.#plan = plan
    this.#units = units
    this.#entry = entry
  }

  get size(): number {
    return Math.abs(this.#moments([1])[0])
  }

  get variance(): number {
    return this.#moments([1])[1] / (this.#units - 1)
  }

  /** @param floor what its error is at least */
  read(scale: number, floor: number): Moments {
    const { gradient, grids } = this.#plan
    const { reaches } = this.#differences
    const { share, coarseShare } = gridSizes(gradient.estimate)
    const count = this.#units
    const { mean, errors } = judgeByGrids(this.#doubles, gradient.estimate, scale, {
      fine: this.#moments([1]),
      gap: grids > 1 ? this.#moments([1, -1]) : [0, 0],
      count,
      third:
        grids > 2
          ? {
              coarseGap: this.#moments([0, 1, -1]),
              bend: this.#moments([1 + share, -1 - share - coarseShare, coarseShare]),
              count,
            }
          : null,
    })
    // What the reaches' extrapolation took off, squared in units of the value by the next order.
    const off = reaches.length > 1 ? this.#moments([1], [1 / 3, -1 / 3]) : [0, 0]
    const bend = { mean: off[0], standardError: Math.sqrt(off[1] / (count - 1) / count) }
    const size = Math.max(Math.abs(mean), scale)
    const left = size > 0 ? NEXT_REACH * beyondNoise(bend) * Math.min(1, beyondNoise(bend) / size) : 0
    return { mean, standardError: Math.hypot(...errors, left, floor) }
  }

  /** Of the units' combination of grids; the reaches' too, extrapolated unless stated. */
  #moments(
    grids: readonly number[],
    reaches: readonly number[] = this.#differences.reaches.length > 1 ? [4 / 3, -1 / 3] : [1],
  ): Deviations {
    const controls = PARTS.length - 1
    const sums = new Float64Array(sumsFor(controls))
    for (let unit = 0; unit < this.#units; unit++) {
      const sample = PARTS.map((part) => this.#combined(unit, part, grids, reaches))
      addSample(sums, 0, 1, Float64Array.from(sample))
    }
    return controlledMoments(sums, controls, this.#units)
  }

  get #differences(): Differences {
    return differencesOf(this.#doubles, this.#plan)
  }

  #combined(unit: number, part: Part, grids: readonly number[], reaches: readonly number[]): number {
    let sum = 0
    for (const [grid, ofGrid] of grids.entries()) {
      for (const [reach, ofReach] of reaches.entries()) {
        sum += ofGrid * ofReach * this.#doubles[meansAt(this.#plan, unit, grid, reach, part) + this.#entry]
      }
    }
    return sum
  }
}
