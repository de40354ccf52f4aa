/** What is learned of a rule, and what a worker needs to move paths under it, as indices. */

import type { Arena } from '../../memory/arena.ts'
import { floatsOf } from '../../memory/rows.ts'
import type { Span } from '../../memory/span.ts'
import { type UniformGrid, uniformGrid } from '../../paths/grid.ts'
import { MOST_ROWS, planCoefficients, type StepCoefficients } from '../../paths/simulator.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { EXACT } from '../../problem/laws/law.ts'
import { lawOf } from '../../problem/laws/laws.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import { SOFT_MAXIMA, SOFT_PAIRS } from './soft-maxima.ts'

/** Paths that move together. */
export const BLOCK_ROWS = MOST_ROWS
/** Share of the features that are of soft maxima, where there are some. */
const SOFT_SHARE = 0.35

export interface StoppingOptions {
  /** Date n is node nodes[n] of the grid; nodes[0] = 0. */
  nodes: number[]
  steps: number
  /** Features, the constant among them; one less than a multiple of 4, so that a target makes a full row. */
  features: number
  fitPaths: number
  paths: number
  seed: number
  /** Whether one may stop at once, too. */
  stopsAtOnce: boolean
}

/** Indices. Rows of features are [width], width = features + 1. */
export interface RulePlan extends StoppingOptions {
  /** Coordinates that features are taken of: the state's own, in order, and soft maxima where it has some. */
  columns: number
  /** From this one on features are of the soft maxima alone. */
  firstSoft: number
  /** The feature that is an exponential of the coordinates, as X is of its logarithm; −1 where there is none. */
  growth: number
  grid: UniformGrid
  width: number
  /** X in the coordinates that features are taken of: log X where X is geometric. */
  motion: CompiledProblem
  isLog: boolean
  /** See `CompiledStopping`. */
  isOfSum: boolean
  coefficients: StepCoefficients
  /** For each interval between two dates. */
  intervals: IntervalPlan[]
  /** float64 [1]: going on is never thought to be worth less. */
  floor: number
  /** All that is learned: the intervals' arrays and the floor, one after another. */
  learned: Span
  workers: WorkerPlan[]
}

/** What is learned of one interval: u(t, x) = Σ c_k tanh(w_k·ŝ + a_k θ + b_k). */
export interface IntervalPlan {
  firstNode: number
  steps: number
  /** [columns × width] */
  weights: number
  /** [width]: b_k, a_k, E(w_k·δŝ)² of one step, 0 where that is not constant, and 1 for features that sharpen. */
  bias: number
  drift: number
  spread: number
  sharpens: number
  /** [dim]: the mean of each coordinate; float64 [2]: the unit, and from coordinates to those of soft maxima. */
  centre: number
  unit: number
  /** float64 [width] */
  coefficients: number
}

export interface WorkerPlan {
  x: number
  next: number
  w: number
  mixed: number
  noise: number
  natural: number
  state: number
  moved: number
  /** [width], at the node that was looked at: features are tanh(scale∘(w·ŝ) + shift); and zeros. */
  scale: number
  shift: number
  zeros: number
  features: number
  increments: number
  rows: number
  /** What a step's noise is to the features' arguments, see `StepNoise`: [rows × width], of [rows × variances]·[variances × width]. */
  spreads: number
  variances: number
  forms: number
  /** [rows × columns that bend]. */
  bends: number
  /** Where coefficients move: σRw and what bends it for w = probe, [rows × dim] each; else nothing. */
  along: number
  bent: number
  probe: number
  /** float64 [rows]: ones, and what the rows have been discounted by. */
  ones: number
  weights: number
  slopes: number
  values: number
  /** Room for weights transposed. */
  turned: number
  /** With a driver that is not linear: Z and f_z, [rows × noiseDim] each; else nothing. */
  z: number
  push: number
}

export function planRule(
  arena: Arena,
  problem: CompiledStopping,
  options: StoppingOptions,
  workers: number,
): RulePlan {
  const { dim, horizon } = problem
  const { nodes, steps, features } = options
  const width = features + 1
  const softs = isOrdered(problem) ? SOFT_MAXIMA : 0
  const columns = dim + softs
  const firstSoft = softs === 0 ? width : Math.round((1 - SOFT_SHARE) * features)
  const at = arena.bytes
  const intervals = nodes.slice(1).map(
    (node, n): IntervalPlan => ({
      firstNode: nodes[n],
      steps: node - nodes[n],
      weights: arena.floats(columns * width),
      bias: arena.floats(width),
      drift: arena.floats(width),
      spread: arena.floats(width),
      sharpens: arena.floats(width),
      centre: arena.rows(1, dim),
      unit: arena.doubles(2),
      coefficients: arena.doubles(width),
    }),
  )
  const floor = arena.doubles(1)
  const motion = coordinates(problem)
  const isLog = motion !== problem
  const learned = { at, bytes: arena.bytes - at }
  arena.keep(learned, 'state')
  return {
    ...options,
    columns,
    firstSoft,
    growth: isLog ? Math.min(firstSoft, features - 1) - 1 : -1,
    grid: uniformGrid(horizon, steps),
    width,
    motion,
    isLog,
    isOfSum: problem.stopping.isOfSum,
    intervals,
    floor,
    learned,
    coefficients: planCoefficients(arena, problem, 1, workers),
    workers: Array.from({ length: workers }, () => planWorker(arena, problem, columns, width)),
  }
}

/** Whether features are of the components in descending order: where they may change places, and do not count by their sum alone. */
export function isOrdered({ stopping: { isExchangeable, isOfSum } }: CompiledStopping): boolean {
  return isExchangeable && !isOfSum
}

/** Coordinates whose noise has constant coefficients: Brownian, Ornstein–Uhlenbeck, and the logarithm of a geometric X. */
export function isMovedByConstants({ dynamics }: CompiledProblem): boolean {
  const law = lawOf(dynamics).components
  return law !== null && law.logarithm === null
}

function planWorker(arena: Arena, problem: CompiledStopping, columns: number, width: number): WorkerPlan {
  const { dim, noiseDim, stopping } = problem
  const wide = floatsOf(BLOCK_ROWS, dim)
  const all = floatsOf(BLOCK_ROWS, columns)
  const narrow = floatsOf(BLOCK_ROWS, noiseDim)
  const driven = stopping.driver === null ? 0 : narrow
  const isConstant = isMovedByConstants(coordinates(problem))
  const noise = noiseColumns(problem, isConstant)
  return {
    x: arena.floats(wide),
    next: arena.floats(wide),
    w: arena.floats(narrow),
    mixed: arena.floats(wide),
    noise: arena.floats(wide),
    natural: arena.floats(wide),
    state: arena.floats(all),
    moved: arena.floats(all),
    scale: arena.floats(width),
    shift: arena.floats(width),
    zeros: arena.floats(width),
    features: arena.floats(BLOCK_ROWS * width),
    increments: arena.floats(BLOCK_ROWS * width),
    rows: arena.floats(BLOCK_ROWS * width),
    spreads: arena.floats(BLOCK_ROWS * width),
    variances: arena.rows(BLOCK_ROWS, noise.variances),
    forms: arena.floats(noise.variances * width),
    bends: arena.rows(BLOCK_ROWS, noise.bends),
    along: arena.floats(isConstant ? 0 : wide),
    bent: arena.floats(isConstant ? 0 : wide),
    probe: arena.floats(isConstant ? 0 : narrow),
    ones: arena.doubles(BLOCK_ROWS),
    weights: arena.doubles(BLOCK_ROWS),
    slopes: arena.floats(all),
    values: arena.doubles(BLOCK_ROWS),
    turned: arena.rows(width, columns),
    z: arena.floats(driven),
    push: arena.floats(driven),
  }
}

/** What a `StepNoise` takes: columns that variances are products of, and those that bend. */
function noiseColumns(problem: CompiledStopping, isConstant: boolean): { variances: number; bends: number } {
  if (!isConstant) return { variances: problem.dim, bends: problem.dim }
  return isOrdered(problem) ? { variances: 1 + SOFT_PAIRS, bends: SOFT_MAXIMA } : { variances: 1, bends: 0 }
}

/** A geometric X is the exponential of a Brownian motion with drift. */
function coordinates(problem: CompiledStopping): CompiledProblem {
  const { dynamics, x0 } = problem
  const logarithm = lawOf(dynamics).components?.logarithm
  if (!logarithm || x0.some((value) => !(value > 0))) return problem
  return { ...problem, x0: x0.map(Math.log), dynamics: { kind: 'brownian', order: EXACT, ...logarithm } }
}
