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
import type { CompiledControl } from './compiled.ts'
import { FINE_PATHS, FINEST, GRID, GRID_COLUMNS, GRID_PATHS, type GridPlan } from './grid-plan.ts'

/** Standard errors from which on a difference is seen. */
const CLEAR = 3

/**
 * Every worker of the team runs this.
 *
 * @param own the policy on its own grid
 * @param martingale of the paths that `own` has just run: index of [rows], float64
 */
export function runGrids(
  context: WorkerContext,
  problem: CompiledControl,
  plan: GridPlan,
  own: Rollout,
  martingale: (rows: number) => number,
): void {
  const { doubles } = context.views
  const half = new Rollout(context, problem, plan.half)
  const quarter = new Rollout(context, problem, plan.quarter)
  const write = (from: number, first: number, column: number) => {
    for (let r = 0; r < BLOCK_ROWS; r++) {
      doubles[plan.costs + (first + r) * GRID_COLUMNS + column] = doubles[from + r]
    }
  }
  const run = (rollout: Rollout, draws: number, first: number, column: number) => {
    rollout.draws = draws
    rollout.forward(STREAM.estimate, 1, first, BLOCK_ROWS)
    write(rollout.buffers.cost, first, column)
  }
  context.team.forEach(GRID_PATHS / BLOCK_ROWS, (block) => {
    const first = block * BLOCK_ROWS
    run(own, FINEST, first, GRID.own)
    write(martingale(BLOCK_ROWS), first, GRID.martingale)
    run(half, FINEST / 2, first, GRID.half)
    if (first >= FINE_PATHS) return
    run(quarter, 1, first, GRID.quarter)
    half.isMoving = true
    run(half, FINEST / 2, first, GRID.moving)
    half.isMoving = false
  })
  own.draws = 1
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
  const gap = (p: number) => at(p, GRID.own) - at(p, GRID.half)
  const next = (p: number) => at(p, GRID.half) - at(p, GRID.quarter)
  const mean = (paths: number, value: (path: number) => number) =>
    controlledMean(paths, value, (p) => at(p, GRID.martingale))
  const first = mean(GRID_PATHS, gap)
  const second = mean(FINE_PATHS, next)
  const apart = mean(FINE_PATHS, (p) => (share - 1) * gap(p) - share * next(p))
  const held = mean(FINE_PATHS, (p) => sign * (at(p, GRID.half) - at(p, GRID.moving)))
  // Where errors of order 1 and 2 show together, Romberg's third extrapolation is free of both: a third of what the two are apart.
  const isMixed = order === 1 && Math.abs(apart.value) > CLEAR * apart.standardError
  const third = isMixed ? 1 / 3 : 0
  const left = Math.sqrt(Math.max(0, apart.value ** 2 - apart.standardError ** 2))
  return {
    error: first.value + share * second.value - third * apart.value,
    standardError: Math.hypot(first.standardError, share * second.standardError, third * apart.standardError),
    left: isMixed ? third * left : left,
    held: held.value,
    heldError: held.standardError,
  }
}

/** The mean over the paths, less the multiple of a martingale, of mean 0, that leaves the least variance. */
function controlledMean(
  paths: number,
  value: (path: number) => number,
  martingale: (path: number) => number,
): { value: number; standardError: number } {
  let [mean, drift, variance, square, product] = [0, 0, 0, 0, 0]
  for (let p = 0; p < paths; p++) {
    mean += value(p) / paths
    drift += martingale(p) / paths
  }
  for (let p = 0; p < paths; p++) {
    const [dv, dm] = [value(p) - mean, martingale(p) - drift]
    variance += dv * dv
    square += dm * dm
    product += dv * dm
  }
  const weight = square > 0 ? product / square : 0
  const left = Math.max(0, variance - weight * product)
  return { value: mean - weight * drift, standardError: Math.sqrt(left / (paths - 1) / paths) }
}
