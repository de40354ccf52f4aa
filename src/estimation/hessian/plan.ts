/** The estimate of ∇²u from fresh paths, its diagonal and along directions: what is asked for, and where its arrays lie. */
import type { Arena } from '../../memory/arena.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { GROUPS } from '../branch-plan.ts'
import type { GradientPlan } from '../gradient/plan.ts'
import { type EstimatePlan, hasGrid } from '../plan.ts'
import { canMerge } from './merging.ts'

/**
 * How the two paths of a difference go together, which start on either side of x₀.
 *
 * - `shared noise`: by the same noise; where a path's gradient is smooth in its start the difference is free of most of its noise;
 * - `merging`: the noise has a drift besides that leads both to the same end, and paths are weighted by its likelihood: a kink or
 *   jump of g is then met by both or by none.
 */
export type Coupling = 'shared noise' | 'merging'

/** Samples are means over units of antithetic pairs; units between two looks at the error; the fewest and the most pairs in all. */
export const ROUND_UNITS = 16
const FEWEST_UNITS = 2 * ROUND_UNITS
const FEWEST_PAIRS = 1024
const MOST_PAIRS = 16_384
const FEWEST_UNIT_PAIRS = 16
const MOST_UNIT_PAIRS = 64
/** Pairs as a share of the most paths of the estimate. */
const SHARE = 1 / 8

export interface Differences {
  coupling: Coupling
  /** Distances from x₀ as shares of X_T's deviation: the second, where there is one, tells what the first does wrong. */
  reaches: number[]
}

const MOST_REACHES = 2

/** Of a sample: the observation less Ẑ's noise, the control by that, and what `symmetry.ts` makes of either. */
export const PARTS = ['p', 'q', 'pSkew', 'qSkew'] as const
export type Part = (typeof PARTS)[number]

/** Entries that second differences of the networks' second order are taken of, each by paths of its own. */
export const MOST_BENDS = 8

/** Two words, how many paths and how many continuations; then sums and sums of squares, float64 [GROUPS][entries][2]. Index. */
export interface BendPlan {
  at: number
}

export function bendWords(entries: number): number {
  return 2 + GROUPS * entries * 2
}

export interface HessianRequest {
  hasDiagonal: boolean
  /** Each [dim]. */
  directions: Float64Array[]
}

export interface HessianPlan extends HessianRequest {
  gradient: GradientPlan
  /** What may be done; the first round tells which has less noise for its time. */
  candidates: Differences[]
  /** Grids that there are. */
  grids: number
  /** Pairs of a unit, the least number of units that are run, and the most. */
  unitPairs: number
  fewestUnits: number
  mostUnits: number
  /** Components of the diagonal, and directions. */
  entries: number
  /** null where the driver is not curved in z, or has kinks. */
  bends: BendPlan | null
  /** Units so far and the candidate taken, two words; deviations of X_T, float64 [dim]. */
  count: number
  spread: number
  /** Means of the parts, float64 [mostUnits][grids][MOST_REACHES][PARTS][entries]. */
  means: number
}

/** Of X_T's deviation: where all is smooth, at kinks, and where paths merge, for one component or direction. */
const REACH = { smooth: 1 / 32, kinked: 1 / 4, merging: 1 / 20 }

export function planHessian(
  arena: Arena,
  problem: CompiledProblem,
  gradient: GradientPlan,
  request: HessianRequest,
): HessianPlan {
  const { dim, kinks } = problem
  const estimate = besideX0(gradient.estimate)
  const entries = (request.hasDiagonal ? dim : 0) + request.directions.length
  const grids = [2, 4].filter((stride) => hasGrid(estimate, stride as 2 | 4)).length + 1
  const reach = kinks.terminal || kinks.elsewhere ? REACH.kinked : REACH.smooth
  const candidates: Differences[] = [{ coupling: 'shared noise', reaches: [reach, 2 * reach] }]
  if (kinks.terminal && !kinks.elsewhere && canMerge(problem)) {
    candidates.push({ coupling: 'merging', reaches: [REACH.merging] })
  }
  const cycle = request.hasDiagonal ? 2 ** Math.ceil(Math.log2(dim)) : 1
  const unitPairs = Math.min(MOST_UNIT_PAIRS, Math.max(FEWEST_UNIT_PAIRS, cycle))
  const rounds = (pairs: number) => ROUND_UNITS * Math.ceil(pairs / unitPairs / ROUND_UNITS)
  const most = Math.min(MOST_PAIRS, Math.round(SHARE * estimate.options.paths))
  const fewestUnits = Math.max(FEWEST_UNITS, rounds(Math.min(most, FEWEST_PAIRS)))
  const mostUnits = Math.max(fewestUnits, rounds(most))
  return {
    ...request,
    gradient: { ...gradient, estimate },
    candidates,
    grids,
    unitPairs,
    fewestUnits,
    mostUnits,
    entries,
    bends: bendsFor(problem, estimate) ? { at: arena.doubles(bendWords(entries)) } : null,
    count: arena.doubles(2),
    spread: arena.doubles(dim),
    means: arena.doubles(mostUnits * grids * MOST_REACHES * PARTS.length * entries),
  }
}

/** Whether the networks' slopes near x₀ count, and branching paths from beside it tell how. */
function bendsFor({ driverShape }: CompiledProblem, { branches, hasLayer }: EstimatePlan): boolean {
  return branches !== null && driverShape.isCurvedInZ && driverShape.isSmooth && !hasLayer
}

/** The vector Z₀ belongs to x₀ alone: of starts beside it its error has a slope, whose square would enter over the first step. */
function besideX0(estimate: EstimatePlan): EstimatePlan {
  const { grid, firstNetwork } = estimate.training
  return grid.steps > firstNetwork
    ? { ...estimate, elsewhere: estimate.elsewhere ?? { firstStep: 0 } }
    : estimate
}

/** Where the means of a unit lie, as an index of doubles, for entry 0. */
export function meansAt(
  { means, grids, entries }: HessianPlan,
  unit: number,
  grid: number,
  reach: number,
  part: Part,
): number {
  const row = ((unit * grids + grid) * MOST_REACHES + reach) * PARTS.length + PARTS.indexOf(part)
  return means + row * entries
}
