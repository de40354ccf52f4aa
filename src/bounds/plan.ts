/** The stage of the bounds: what it needs and where its arrays lie. Places are indices of elements. */

import { SHARD_ROWS } from '../estimation/buffers.ts'
import type { EstimatePlan } from '../estimation/plan.ts'
import { ROUND_PATHS } from '../estimation/plan.ts'
import type { Arena } from '../memory/arena.ts'
import { floatsOf } from '../memory/rows.ts'
import { refined, type TimeGrid } from '../paths/grid.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { DriverStructure } from '../problem/driver-structure.ts'
import { FINEST, type FinerGrids, planFinerGrids } from './finer-grids.ts'

/** Columns of a path's result: the samples of the linearised side and of the dual, each less the anchor's. */
export const COLUMN = { linear: 0, dual: 1 } as const
export const COLUMNS = 2

/**
 * Words of `BoundsPlan.result`, float64: count, mean and sum of squared deviations of each column; the choice; the
 * anchor's mean and standard error (0 where there is none); the tail index of the exponential dual's weights.
 */
export const RESULT = {
  count: 0,
  linear: 1,
  linearVariance: 2,
  dual: 3,
  dualVariance: 4,
  source: 5,
  anchor: 6,
  anchorError: 7,
  tail: 8,
} as const
export const RESULT_WORDS = 9
/** Of these, the ones that a pilot round starts anew. */
export const MOMENT_WORDS = RESULT.source

/** Share of the paths that the exponential dual's weights must lie on, and their heaviest tail, for their mean to be trusted. */
export const LEAST_EFFECTIVE = 0.5
export const HEAVIEST_TAIL = 0.5
/** Independent islands of annealed particles, and their largest spread, relative to the mean, that is trusted. */
export const ISLANDS = 32
export const WIDEST_ISLANDS = 0.5

/** Least time steps of the segment dual, whose slack is what looking ahead within a step wins. */
const SEGMENT_STEPS = 80
/** Most paths that it takes: each is dear, and less its anchor of little variance. */
const SEGMENT_PATHS = 2048

/** Endpoints of the anchor for each path of the bounds. */
const ANCHOR_SHARE = 1024
/** Endpoints of one piece of work of the anchor. */
export const ANCHOR_PIECE = 64 * SHARD_ROWS

/** Endpoints that the smoothed terminal condition keeps for each step. */
const ENDPOINTS = 128
/** Most numbers of all of them; wide states come with fewer. */
const ENDPOINT_NUMBERS = 2 ** 24
/** Iteration of the stream that they are drawn from. */
export const SMOOTHED_ITERATION = 8

/** Most paths of the finer grids, which only differences are of. */
const FINER_PATHS = 4096

/** Where Ẑ comes from: the trained networks, nothing (0), or the smoothed terminal condition. */
export const SOURCE = { none: 0, networks: 1, smoothed: 2 } as const
export type Source = (typeof SOURCE)[keyof typeof SOURCE]

export interface BoundsPlan {
  /** What is done of them where rounds are shared with other machines: what comes before the first, the values of one, what comes last. */
  part?: 'preparation' | { first: number; source: Source } | 'end'
  estimate: EstimatePlan
  structure: DriverStructure
  /** The training's grid, each of its steps in `stride` parts. */
  grid: TimeGrid
  stride: number
  /** null where steps do not matter. */
  finer: FinerGrids | null
  /** Whether the pathwise dual's driver depends on x. */
  keepsStates: boolean
  /** Fresh paths, which neither training nor the estimate saw. */
  paths: number
  /** float64 [ROUND_PATHS][COLUMNS]. */
  values: number
  result: number
  /** Of the segment dual: how many endpoints a step has, and ξ [steps][endpoints×dim]. */
  endpoints: number
  endpointsAt: number
  /** Of the segment dual's anchor: pieces of work, and float64 [pieces][mean, squared deviations]. */
  anchorPieces: number
  anchorAt: number
  /** Of the exponential dual: every path's weight, float64 [paths], and ln of the islands' means, float64 [ISLANDS]. */
  weights: number
  islandsAt: number
  workers: BoundsBuffers[]
}

/** Of one worker for SHARD_ROWS rows, beside those of the estimate, which the stage uses again. */
export interface BoundsBuffers {
  /** y clamped to the range where the driver is its own; and scratch. float64 [rows]. */
  clamped: number
  slope: number
  /** Martingale increments, |Ẑ|², float64 [steps][rows], of the finest grid's steps. */
  increments: number
  squares: number
  /** X of every step [steps][rows×dim], where it is kept. */
  states: number
  /** ŷ, f(ŷ) − b·Ẑ and f_y(ŷ) of every step, float64 [steps][rows][3], where the driver is split. */
  tangents: number
  /** States beside the path in the segment dual [rows×dim], and shifted noise [rows×noiseDim]. */
  other: number
  otherW: number
}

export function planBounds(
  arena: Arena,
  problem: CompiledProblem,
  estimate: EstimatePlan,
  structure: DriverStructure,
  workers: number,
): BoundsPlan {
  const isSegment = structure.dual.kind === 'segment'
  const { grid: trained } = estimate.training
  const stride = isSegment ? Math.ceil(SEGMENT_STEPS / trained.steps) : 1
  const grid = refined(trained, stride)
  const { steps } = grid
  const paths = Math.min(estimate.options.paths, isSegment ? SEGMENT_PATHS : estimate.options.paths)
  const state = floatsOf(SHARD_ROWS, problem.dim)
  const noise = floatsOf(SHARD_ROWS, problem.noiseDim)
  const keepsStates = structure.dual.kind === 'pathwise' && problem.functions.driver.dependsOn.includes('x')
  const most = Math.floor(ENDPOINT_NUMBERS / floatsOf(steps, problem.dim))
  const isExponential = structure.dual.kind === 'exponential'
  const anchorPieces = isSegment ? Math.ceil((ANCHOR_SHARE * paths) / ANCHOR_PIECE) : 0
  const endpoints = isSegment ? Math.max(2, Math.min(ENDPOINTS, most & ~1)) : 0
  const finerPaths = Math.min(paths, FINER_PATHS)
  const finer = planFinerGrids(arena, problem, structure, grid, finerPaths, COLUMNS, workers)
  const kept = finer === null ? steps : FINEST * steps
  return {
    estimate,
    structure,
    grid,
    stride,
    finer,
    keepsStates,
    paths,
    values: arena.doubles(ROUND_PATHS * COLUMNS),
    result: arena.doubles(RESULT_WORDS),
    endpoints,
    endpointsAt: arena.rows(steps * endpoints, problem.dim),
    anchorPieces,
    anchorAt: arena.doubles(2 * anchorPieces),
    weights: arena.doubles(isExponential ? paths : 0),
    islandsAt: arena.doubles(isExponential ? ISLANDS : 0),
    workers: Array.from({ length: workers }, () => ({
      clamped: arena.doubles(SHARD_ROWS),
      slope: arena.doubles(SHARD_ROWS),
      increments: arena.doubles(kept * SHARD_ROWS),
      squares: arena.doubles(kept * SHARD_ROWS),
      states: arena.floats(keepsStates ? kept * state : 0),
      tangents: arena.doubles(structure.curvature === 'mixed' ? 3 * kept * SHARD_ROWS : 0),
      other: arena.floats(isSegment ? state : 0),
      otherW: arena.floats(isSegment || isExponential ? noise : 0),
    })),
  }
}
