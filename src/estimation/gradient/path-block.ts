/** A block of recorded paths on one of the grids, and what is common to adjoints that run back along it. */
import type { TimeGrid } from '../../paths/grid.ts'
import type { Simulator } from '../../paths/simulator.ts'
import type { PathRecord } from './path-record.ts'

export interface PathBlock {
  record: PathRecord
  simulator: Simulator
  grid: TimeGrid
  /** Steps of the training's grid in one of this. */
  stride: 1 | 2 | 4
  /** The step that the paths start at, of this grid. */
  first: number
  rows: number
  /** The paths' estimates, float64 [rows], and the value that they were started from. */
  estimates: number
  y0: number
}

/** Indices [rows×dim]: each path's observation of ∇u is `adjoint` + Σ βₖ `controls`ₖ, with any β. */
export interface Observation {
  adjoint: number
  controls: number[]
}

/** Reads a block's observation of ∇u at its start. */
export interface Adjoint {
  run(block: PathBlock): Observation
}
