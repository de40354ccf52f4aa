/** Where plain Monte Carlo's arrays lie. */
import type { Arena } from '../../memory/arena.ts'
import { coarsened, problemGrid, type TimeGrid } from '../../paths/grid.ts'
import { planCoefficients, type StepCoefficients } from '../../paths/simulator.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { streamOf } from '../../random/streams.ts'
import { FARTHEST } from '../../statistics/unmet.ts'
import { about } from './about.ts'
import type { MonteCarloOptions } from './options.ts'

/** Paths between two looks at the standard error; the coarse grid sees the first round alone, whose noise is no more than its difference. */
export const ROUND_PATHS = 8192
/** Paths that a worker takes at a time. */
export const BLOCK_ROWS = 128

/** Words of the run's state, float64: all that a later round needs of those before it. */
export const STATE = {
  count: 0,
  /** About which the sums below are taken: the mean of the first round. */
  centre: 1,
  /** Of the values less the centre, and of their squares; the largest square. */
  sum: 2,
  squares: 3,
  largest: 4,
  /** Of the values on half as many steps less those on all. */
  gap: 5,
  gapSquares: 6,
  /** g of the middle path of the first round, and the FARTHEST largest distances of another from it, ascending. */
  middle: 7,
  farthest: 8,
} as const
export const STATE_WORDS = STATE.farthest + FARTHEST
/** Of a path: its value, what the coarse grid adds to it, and g. */
export const PATH_WORDS = 3

/** A grid of time and what X's steps on it are made of. */
export interface Grid {
  time: TimeGrid
  coefficients: StepCoefficients
}

/** Indices of one worker's block of paths, [rows × width] each. */
export interface Block {
  x: number
  next: number
  w: number
  /** The second half of a coarse step's increment. */
  half: number
}

export interface MonteCarloPlan {
  options: MonteCarloOptions
  stream: number
  fine: Grid
  /** On every second node; null where the value does not depend on the grid. */
  coarse: Grid | null
  blocks: Block[]
  /** float64 [round's paths][PATH_WORDS] */
  values: number
  /** float64 [STATE_WORDS] */
  state: number
}

export function planMonteCarlo(
  arena: Arena,
  problem: CompiledProblem,
  options: MonteCarloOptions,
  workers: number,
): MonteCarloPlan {
  const on = (time: TimeGrid): Grid => ({
    time,
    coefficients: planCoefficients(arena, problem, time.segments.length, workers),
  })
  const time = problemGrid(problem, options.steps)
  const rows = (width: number) => arena.rows(BLOCK_ROWS, width)
  const { dim, noiseDim } = problem
  return {
    options,
    stream: streamOf(about.id),
    fine: on(time),
    coarse: time.steps > 1 ? on(coarsened(time, 2)) : null,
    blocks: Array.from({ length: workers }, () => ({
      x: rows(dim),
      next: rows(dim),
      w: rows(noiseDim),
      half: rows(noiseDim),
    })),
    values: arena.doubles(PATH_WORDS * ROUND_PATHS),
    state: arena.doubles(STATE_WORDS, 'state'),
  }
}
