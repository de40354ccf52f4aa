/** What an estimate adds up over its rounds, in path order, and when that is enough. */
import { Extremes, insert } from '../statistics/hidden-tail.ts'
import { FARTHEST } from '../statistics/unmet.ts'
import { welford } from '../statistics/welford.ts'
import { endpointError } from './anchor-plan.ts'
import { gridSizes } from './grid-sizes.ts'
import { anchorOf, COLUMN, COLUMNS, type EstimatePlan, RESULT, resultOf } from './plan.ts'
import { aimOf, readEstimate, unmetOf } from './result.ts'

/** Of what more paths do not make smaller, their own error need not be less than this share. */
const POINTLESS = 0.2
/** The share of a tolerance that paths alone are not asked to be below. */
const LEAST_SHARE = 0.5
/** With this many times an error that is not theirs paths hardly count. */
const CLOSE = 1.1
/** Shares of an error that is asked for, and of the one that is where none is, which endpoints may have: they are cheap. */
const ASKED_SHARE = Math.SQRT1_2
const USUAL_SHARE = 1 / 8

/** The round that begins with path `first`: how many paths it has, and on how many grids. */
export function roundAt(
  { options, roundPaths, coarsestPaths }: EstimatePlan,
  first: number,
): { paths: number; grids: 2 | 3 } {
  return { paths: Math.min(roundPaths, options.paths - first), grids: first < coarsestPaths ? 3 : 2 }
}

/** The sums in the memory; whoever writes them is one alone. */
export class EstimateSums {
  readonly #doubles: Float64Array
  readonly #plan: EstimatePlan
  readonly #extremes: Extremes
  readonly #farthest: Float64Array

  constructor(doubles: Float64Array, plan: EstimatePlan) {
    this.#doubles = doubles
    this.#plan = plan
    this.#extremes = new Extremes(doubles, plan.extremes.paths)
    this.#farthest = resultOf(doubles, plan).subarray(RESULT.farthest, RESULT.farthest + FARTHEST)
  }

  get y0(): number {
    return resultOf(this.#doubles, this.#plan)[RESULT.y0]
  }

  /** Adds a round's values to the running means and sums of squares (Welford). */
  add(paths: number, grids: 2 | 3): void {
    const doubles = this.#doubles
    const result = this.#plan.result
    const { share, coarseShare } = gridSizes(this.#plan)
    for (let p = 0; p < paths; p++) {
      const row = this.#plan.values + p * COLUMNS
      const value = doubles[row + COLUMN.value]
      const count = ++doubles[result + RESULT.count]
      welford(doubles, result + RESULT.value, value, count)
      this.#extremes.add(value - this.y0)
      const terminal = doubles[row + COLUMN.terminal]
      welford(doubles, result + RESULT.terminal, terminal, count)
      insert(this.#farthest, Math.abs(terminal - doubles[result + RESULT.terminal]))
      welford(doubles, result + RESULT.plain, doubles[row + COLUMN.plain], count)
      const gap = value - doubles[row + COLUMN.coarse]
      welford(doubles, result + RESULT.gap, gap, count)
      welford(doubles, result + RESULT.extrapolated, value + share * gap, count)
      if (grids < 3) continue
      const coarseGap = doubles[row + COLUMN.coarse] - doubles[row + COLUMN.coarsest]
      const coarsestCount = ++doubles[result + RESULT.coarsestCount]
      welford(doubles, result + RESULT.leak, doubles[row + COLUMN.leak], coarsestCount)
      welford(doubles, result + RESULT.coarseGap, coarseGap, coarsestCount)
      welford(doubles, result + RESULT.bend, gap + share * gap - coarseShare * coarseGap, coarsestCount)
    }
  }

  /** Whether `done` paths are all, or as many as the error asked for takes. */
  isEnough(done: number): boolean {
    return done >= this.#plan.options.paths || this.#isPrecise(done)
  }

  #isPrecise(done: number): boolean {
    const { options, settlingPaths } = this.#plan
    if (done < Math.max(settlingPaths, options.fewestPaths)) return false
    const { value, errors, restsOnFew } = readEstimate(this.#doubles, this.#plan)
    // A calm sample that has met next to nothing of what counts tells no error.
    if (restsOnFew) return false
    const limit = this.#statisticalLimit(value, Math.hypot(errors.grid, errors.remainder))
    // What grid and networks leave is no smaller for more paths.
    const anchor = anchorOf(this.#plan)
    const endpoints = anchor ? CLOSE * endpointError(this.#doubles, anchor).seen : 0
    const unmet = CLOSE * unmetOf(this.#plan, options.paths)
    const rest = Math.max(POINTLESS * Math.hypot(errors.grid, errors.remainder), endpoints, unmet)
    return limit > 0 && errors.statistical <= Math.max(limit, rest)
  }

  /** What a tolerance leaves to the paths beside what else the error holds, which may shrink with them. */
  #statisticalLimit(value: number, rest: number): number {
    const { tolerance } = this.#plan.options
    if (tolerance === 0) return this.errorLimit(value)
    return Math.sqrt(Math.max((LEAST_SHARE * tolerance) ** 2, tolerance ** 2 - rest ** 2))
  }

  /** The standard error that endpoints may leave, where all paths leave `expected`. */
  endpointAim(value: number, expected: number): number {
    const { tolerance, relativeTolerance } = this.#plan.options
    if (tolerance > 0) return ASKED_SHARE * tolerance
    return relativeTolerance > 0
      ? USUAL_SHARE * aimOf(this.#doubles, this.#plan, value)
      : ASKED_SHARE * expected
  }

  /** The standard error asked for; 0 where none is. */
  errorLimit(value: number): number {
    const { tolerance, relativeTolerance } = this.#plan.options
    return Math.max(tolerance, relativeTolerance * Math.abs(value))
  }
}
