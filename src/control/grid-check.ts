/**
 * What the steps in time make of a trained rule's cost. The rule a(t,x), constant in t over each step that it was trained with,
 * runs with the same noise on that grid and on grids of two and four times as many steps; J, J₂, J₄ are its mean costs there. With
 * steps of order p and c = 2ᵖ/(2ᵖ − 1) both c(J − J₂) and (J − J₂) + c(J₂ − J₄) extrapolate the error of J; the second is taken off, and
 * how far apart they are tells what it may be wrong by: where J − J₂ is 2^q times J₂ − J₄, for any q ≥ 1, no more than that.
 *
 * The rule may still stand still where a better one would move. Let it move linearly from the middle of a step to that of the
 * next, and see what that gains.
 */
import type { WorkerContext } from '../parallel/context.ts'
import { BLOCK_ROWS } from '../program/plan.ts'
import { Rollout } from '../program/rollout.ts'
import { STREAM } from '../random/streams.ts'
import { controlledMean } from '../statistics/controlled-mean.ts'
import type { CompiledControl } from './compiled.ts'
import { FINE_PATHS, FINEST, GRID, GRID_COLUMNS, GRID_PATHS, GRIDS, type GridPlan } from './grid-plan.ts'
import { Martingale } from './martingale.ts'

/** Standard errors from which on a difference is seen. */
const CLEAR = 3

/**
 * Every worker of the team runs this.
 *
 * @param own paths of the policy on its own grid
 */
export function runGrids(
  context: WorkerContext,
  problem: CompiledControl,
  plan: GridPlan,
  own: Martingale,
): void {
  const { doubles } = context.views
  const [half, quarter] = [plan.half, plan.quarter].map(
    (policy) => new Martingale(context, problem, policy, new Rollout(context, problem, policy)),
  )
  const run = (martingale: Martingale, draws: number, first: number, column: number) => {
    const { rollout } = martingale
    rollout.draws = draws
    martingale.forward(STREAM.estimate, 1, first, BLOCK_ROWS)
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const row = plan.costs + (first + r) * GRID_COLUMNS + column
      doubles[row] = doubles[rollout.buffers.cost + r]
      doubles[row + GRIDS] = doubles[martingale.sums + r]
    }
  }
  context.team.forEach(GRID_PATHS / BLOCK_ROWS, (block) => {
    const first = block * BLOCK_ROWS
    run(own, FINEST, first, GRID.own)
    run(half, FINEST / 2, first, GRID.half)
    if (first >= FINE_PATHS) return
    run(quarter, 1, first, GRID.quarter)
    half.rollout.isMoving = true
    run(half, FINEST / 2, first, GRID.moving)
    half.rollout.isMoving = false
  })
  own.rollout.draws = 1
}

export interface GridCheck {
  /** What the cost on the policy's own grid is too large by, and the standard error of that. */
  error: number
  standardError: number
  /** What `error` may be wrong by. */
  left: number
  /** What the rule would pay less, or gain more, if it moved in time, and its standard error. */
  held: number
  heldError: number
}

/** @param order of a step: of weak convergence */
export function readGrids(
  doubles: Float64Array,
  { sign }: CompiledControl,
  { costs }: GridPlan,
  order: 1 | 2,
): GridCheck {
  const at = (path: number, column: number) => doubles[costs + path * GRID_COLUMNS + column]
  const share = 2 ** order / (2 ** order - 1)
  /** The mean of a combination of costs, less multiples of their martingales. */
  const mean = (paths: number, weights: Partial<Record<keyof typeof GRID, number>>) => {
    const columns = Object.entries(weights).map(([name, weight]) => [GRID[name as keyof typeof GRID], weight])
    const cost = (p: number) => columns.reduce((sum, [column, weight]) => sum + weight * at(p, column), 0)
    const martingales = columns.map(
      ([column]) =>
        (p: number) =>
          at(p, column + GRIDS),
    )
    return controlledMean(paths, cost, martingales)
  }
  const first = mean(GRID_PATHS, { own: 1, half: -1 })
  const second = mean(FINE_PATHS, { half: 1, quarter: -1 })
  const apart = mean(FINE_PATHS, { own: share - 1, half: 1 - 2 * share, quarter: share })
  const held = mean(FINE_PATHS, { half: sign, moving: -sign })
  // Where errors of order 1 and 2 show together, Romberg's third extrapolation is free of both: a third of what the two are apart.
  const isMixed = order === 1 && Math.abs(apart.mean) > CLEAR * apart.standardError
  const third = isMixed ? 1 / 3 : 0
  const left = Math.sqrt(Math.max(0, apart.mean ** 2 - apart.standardError ** 2))
  return {
    error: first.mean + share * second.mean - third * apart.mean,
    standardError: Math.hypot(first.standardError, share * second.standardError, third * apart.standardError),
    left: isMixed ? third * left : left,
    held: held.mean,
    heldError: held.standardError,
  }
}
