/** Where the trained policy's runs on finer grids lie: what the error of the time grid is seen from. Places are indices of elements. */
import type { Arena } from '../memory/arena.ts'
import { uniformGrid } from '../paths/grid.ts'
import { planRollout } from '../program/plan.ts'
import type { CompiledControl } from './compiled.ts'
import type { PolicyPlan } from './plan.ts'

/** Paths that both coarser grids run on, with the same noise, and those of them that the finest one and the moving rule run on too. */
export const GRID_PATHS = 4096
export const FINE_PATHS = 1024
/** Draws of the noise to one of the policy's own steps: those of the finest grid. */
export const FINEST = 4

/** Costs of a path: on the policy's own grid, on grids of two and of four times as many steps, and of the rule that moves; behind them the martingale of each. */
export const GRID = { own: 0, half: 1, quarter: 2, moving: 3 } as const
export const GRIDS = 4
export const GRID_COLUMNS = 2 * GRIDS

export interface GridPlan {
  /** The same policy in steps of a half and of a quarter: each network serves two, or four. */
  half: PolicyPlan
  quarter: PolicyPlan
  /** float64 [GRID_PATHS][GRID_COLUMNS]. */
  costs: number
}

export function planGrids(
  arena: Arena,
  problem: CompiledControl,
  policy: PolicyPlan,
  workers: number,
): GridPlan {
  return {
    half: planRefined(arena, problem, policy, 2, workers),
    quarter: planRefined(arena, problem, policy, FINEST, workers),
    costs: arena.doubles(GRID_PATHS * GRID_COLUMNS, 'state'),
  }
}

/** Two steps are all that paths need that nobody sweeps back over. */
function planRefined(
  arena: Arena,
  problem: CompiledControl,
  policy: PolicyPlan,
  refinement: number,
  workers: number,
): PolicyPlan {
  return {
    ...policy,
    grid: uniformGrid(problem.horizon, refinement * policy.grid.steps),
    refinement,
    kept: 2,
    workers: Array.from({ length: workers }, () => planRollout(arena, problem, policy.network, 2)),
  }
}
