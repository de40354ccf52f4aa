/**
 * The driver is frozen over a step, so that a bound is of the equation frozen in this way and, where X is no exact draw, of X as
 * simulated. The bounds of other equations than the page's run on finer grids too, with the same noise; see `step-error.ts`.
 */
import type { Arena } from '../memory/arena.ts'
import { refined, type TimeGrid } from '../paths/grid.ts'
import { planCoefficients, type StepCoefficients } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { DriverStructure } from '../problem/driver-structure.ts'

/** Parts of a step of the bounds' own grid, on each grid; the noise is drawn for those of the last. */
export const PARTS = [1, 2, 4] as const
export const FINEST = PARTS[PARTS.length - 1]

export interface FinerGrids {
  grids: TimeGrid[]
  coefficients: StepCoefficients[]
  /** Paths that run on all of them, none of them the bounds' own. */
  paths: number
  /** float64 [grids][columns][paths]: samples of both sides, as in `BoundsPlan.values`. */
  samples: number
}

/** @returns null where the bounds are of the page's equation in any number of steps */
export function planFinerGrids(
  arena: Arena,
  problem: CompiledProblem,
  { isAutonomous, isExact }: DriverStructure,
  grid: TimeGrid,
  paths: number,
  columns: number,
  workers: number,
): FinerGrids | null {
  if (isAutonomous && isExact) return null
  return {
    grids: PARTS.map((parts) => refined(grid, parts)),
    coefficients: PARTS.map(() => planCoefficients(arena, problem, grid.segments.length, workers)),
    paths,
    samples: arena.doubles(PARTS.length * columns * paths),
  }
}

/** The samples of one side on each grid, [paths] each. */
export function samplesOf(
  doubles: Float64Array,
  plan: FinerGrids,
  columns: number,
  column: number,
): Float64Array[] {
  return plan.grids.map((_, k) => {
    const from = plan.samples + (k * columns + column) * plan.paths
    return doubles.subarray(from, from + plan.paths)
  })
}
