/** A run of optimal stopping as data: the rule, what it is fitted with, and what fresh paths say of it. */

import type { Arena } from '../../memory/arena.ts'
import { floatsOf, rowAt } from '../../memory/rows.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import { BEND } from './bend.ts'
import { BLOCK_ROWS, planRule, type RulePlan, type StoppingOptions } from './rule-plan.ts'
import { MET } from './unmet.ts'

/** Parts that sums over paths are taken in, whatever the workers; even and odd ones are the folds of a fit. */
export const SLOTS = 16
/** Candidates of the ridge, shares of the normal matrix's diagonal. */
export const RIDGES = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2]

/** Indices. What one fit leaves here is of no use to another: grids of dates that are fitted in turn have one in common. */
export interface FitPlan {
  /** Coordinates at each date of the paths that are fitted to: [dates + 1][fitPaths × dim]. */
  states: number
  /** float64 [fitPaths]: what a path pays from the date on that the fit has come to, the martingale taken off. */
  cash: number
  /** Features at an interval's start, and carried along it: [fitPaths × width]. */
  start: number
  carried: number
  /** float64 [fitPaths]: discount over an interval, and what is paid in it. */
  discount: number
  earned: number
  /** float64 [SLOTS][width²], and [RIDGES] errors on the fold left out. */
  products: number
  errors: number
  /** float64 [SLOTS][columns × columns]: of slopes. */
  slopeProducts: number
  /** float64 [dim²]: their mean, which the features of the next interval are drawn by. */
  shape: number
  /** Of each worker: sums of products of one block. */
  scratch: number[]
}

/** Of one worker's block, step by step: X and Ẑ, [steps][rows × dim] and [steps][rows × noiseDim]. */
export interface TrailPlan {
  x: number
  z: number
}

export interface StoppingPlan extends RulePlan {
  fit: FitPlan
  /** With a driver that is not linear, by worker: what `Retrace` goes back along; of no use to another grid of dates. */
  trails: TrailPlan[] | null
  /** float64 [PROGRESS]: how far the run has come. */
  progress: number
  /** Fresh paths: float64 [paths] lower and upper, int32 [paths] date of stopping. */
  lower: number
  upper: number
  stopped: number
  /** Likewise, by `Retrace`. */
  retraced: { lower: number; upper: number } | null
  /** float64 [MET][paths]: what fresh paths met. */
  met: number
  /** float64 [BEND][paths]: how the payoff bends where they are stopped; for any time. */
  bends: number
  /** float64 [blocks][dim + 2]: sums of the pathwise gradient by the coordinates, of M_T, and of its square. */
  sums: number
}

/** Intervals that are fitted, and blocks of fresh paths that are done. */
export const PROGRESS = { intervals: 0, blocks: 1, length: 2 } as const

/** Index of the states at date n of a block of the paths that are fitted to, [rows × dim]. */
export function stateOf(
  { fit, fitPaths }: StoppingPlan,
  { dim }: CompiledStopping,
  n: number,
  block: number,
): number {
  return rowAt(fit.states, n * fitPaths + block * BLOCK_ROWS, dim)
}

/** Plans for runs that come one after another: the last has the most dates. */
export function planStopping(
  arena: Arena,
  problem: CompiledStopping,
  runs: readonly StoppingOptions[],
  workers: number,
): StoppingPlan[] {
  const rules = runs.map((options) => planRule(arena, problem, options, workers))
  const last = rules[rules.length - 1]
  const fit = planFit(arena, problem, last)
  const isDriven = problem.stopping.driver !== null
  const trails = isDriven ? last.workers.map(() => planTrail(arena, problem, last)) : null
  return rules.map((rule) => ({
    ...rule,
    fit,
    trails,
    progress: arena.doubles(PROGRESS.length, 'state'),
    lower: arena.doubles(rule.paths, 'state'),
    upper: arena.doubles(rule.paths, 'state'),
    stopped: arena.integers(rule.paths, 'state'),
    retraced: isDriven
      ? { lower: arena.doubles(rule.paths, 'state'), upper: arena.doubles(rule.paths, 'state') }
      : null,
    met: arena.doubles(MET.length * rule.paths, 'state'),
    bends: arena.doubles(BEND.length * rule.paths, 'state'),
    sums: arena.doubles((rule.paths / BLOCK_ROWS) * (problem.dim + 2), 'state'),
  }))
}

function planTrail(arena: Arena, { dim, noiseDim }: CompiledStopping, { steps }: RulePlan): TrailPlan {
  return { x: arena.rows(steps * BLOCK_ROWS, dim), z: arena.rows(steps * BLOCK_ROWS, noiseDim) }
}

function planFit(
  arena: Arena,
  { dim }: CompiledStopping,
  { intervals, fitPaths, width, columns, workers }: RulePlan,
): FitPlan {
  const products = Math.max(width * width, floatsOf(columns, columns))
  return {
    states: arena.rows((intervals.length + 1) * fitPaths, dim),
    cash: arena.doubles(fitPaths, 'state'),
    start: arena.floats(fitPaths * width),
    carried: arena.floats(fitPaths * width),
    discount: arena.doubles(fitPaths),
    earned: arena.doubles(fitPaths),
    products: arena.doubles(SLOTS * width * width),
    errors: arena.doubles(RIDGES.length),
    slopeProducts: arena.doubles(SLOTS * floatsOf(columns, columns)),
    shape: arena.doubles(dim * dim, 'state'),
    scratch: workers.map(() => arena.floats(products)),
  }
}
