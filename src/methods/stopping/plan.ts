/** A run of optimal stopping as data: dates, paths, features, and where the arrays of both stages lie. */
import { padded } from '../../kernels/interface.ts'
import type { Arena } from '../../memory/arena.ts'
import { type UniformGrid, uniformGrid } from '../../paths/grid.ts'
import { MOST_ROWS, planCoefficients, type StepCoefficients } from '../../paths/simulator.ts'
import { type CompiledProblem, EXACT } from '../../problem/compiled.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'

/** Paths that move together. */
export const BLOCK_ROWS = MOST_ROWS
/** Parts that sums over paths are taken in, whatever the workers; even and odd ones are the folds of a fit. */
export const SLOTS = 16
/** Candidates of the ridge, shares of the normal matrix's diagonal. */
export const RIDGES = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2]

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

/** Byte offsets. Rows of features are [width], width = features + 1. */
export interface StoppingPlan extends StoppingOptions {
  grid: UniformGrid
  width: number
  /** X in the coordinates that features are taken of: log X where X is geometric. */
  motion: CompiledProblem
  isLog: boolean
  coefficients: StepCoefficients
  /** For each interval between two dates. */
  intervals: IntervalPlan[]
  /** Coordinates at each date of the paths that are fitted to: [dates + 1][fitPaths × dim]. */
  states: number
  /** float64 [fitPaths]: what a path pays from the date on that the fit has come to, the martingale taken off. */
  cash: number
  /** Its pathwise derivative by the coordinates at that date: [fitPaths × dim]. */
  slope: number
  /** Features at an interval's start, and carried along it: [fitPaths × width]. */
  start: number
  carried: number
  /** float64 [fitPaths]: discount over an interval, and what is paid in it. */
  discount: number
  earned: number
  /** float64 [SLOTS][2 kinds][width²], and [RIDGES] errors on the fold left out. */
  products: number
  errors: number
  /** float64 [SLOTS][dim²]: of fitted slopes. */
  slopeProducts: number
  /** float64 [1]: the least that any path pays at T; going on is never thought to be worth less. */
  floor: number
  /** float64 [dim²]: their mean, which the features of the next interval are drawn by. */
  shape: number
  /** Fresh paths: float64 [paths] lower and upper, int32 [paths] date of stopping. */
  lower: number
  upper: number
  stopped: number
  /** float64 [blocks][dim + 2]: sums of the pathwise gradient by the coordinates, of M_T, and of its square. */
  sums: number
  workers: WorkerPlan[]
}

/** What is learned of one interval: u(t, x) = Σ c_k tanh(w_k·ŝ + a_k θ + b_k). */
export interface IntervalPlan {
  firstNode: number
  steps: number
  /** [dim × width], and its transpose. */
  weights: number
  transposed: number
  /** [width]: b_k, a_k, E(w_k·δŝ)² of one step, 0 where that is not constant, and 1 for features that sharpen. */
  bias: number
  drift: number
  spread: number
  sharpens: number
  /** [dim]: the mean of each coordinate; float64 [1]: the unit. */
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
  /** [width], at the node that was looked at: features are tanh(scale∘(w·ŝ) + shift); E(w·δŝ)²; and zeros. */
  scale: number
  shift: number
  spread: number
  zeros: number
  features: number
  directions: number
  rows: number
  slopes: number
  values: number
  scratch: number
}

export function planStopping(
  arena: Arena,
  problem: CompiledStopping,
  options: StoppingOptions,
  workers: number,
): StoppingPlan {
  const { dim, noiseDim, horizon } = problem
  const { nodes, steps, features, fitPaths, paths } = options
  const width = features + 1
  const intervals = nodes.slice(1).map(
    (node, n): IntervalPlan => ({
      firstNode: nodes[n],
      steps: node - nodes[n],
      weights: arena.floats(dim * width),
      transposed: arena.floats(width * padded(dim)),
      bias: arena.floats(width),
      drift: arena.floats(width),
      spread: arena.floats(width),
      sharpens: arena.floats(width),
      centre: arena.floats(padded(dim)),
      unit: arena.doubles(1),
      coefficients: arena.doubles(width),
    }),
  )
  const wide = BLOCK_ROWS * padded(dim)
  return {
    ...options,
    grid: uniformGrid(horizon, steps),
    width,
    motion: coordinates(problem),
    isLog: isPositive(problem),
    coefficients: planCoefficients(arena, problem, 1, workers),
    intervals,
    states: arena.floats((intervals.length + 1) * fitPaths * padded(dim)),
    cash: arena.doubles(fitPaths),
    slope: arena.floats(fitPaths * padded(dim)),
    start: arena.floats(fitPaths * width),
    carried: arena.floats(fitPaths * width),
    discount: arena.doubles(fitPaths),
    earned: arena.doubles(fitPaths),
    products: arena.doubles(SLOTS * 2 * width * width),
    errors: arena.doubles(RIDGES.length),
    slopeProducts: arena.doubles(SLOTS * dim * padded(dim)),
    floor: arena.doubles(1),
    shape: arena.doubles(dim * dim),
    lower: arena.doubles(paths),
    upper: arena.doubles(paths),
    stopped: arena.integers(paths),
    sums: arena.doubles((paths / BLOCK_ROWS) * (dim + 2)),
    workers: Array.from({ length: workers }, () => ({
      x: arena.floats(wide),
      next: arena.floats(wide),
      w: arena.floats(BLOCK_ROWS * padded(noiseDim)),
      mixed: arena.floats(wide),
      noise: arena.floats(wide),
      natural: arena.floats(wide),
      state: arena.floats(wide),
      moved: arena.floats(wide),
      scale: arena.floats(width),
      shift: arena.floats(width),
      spread: arena.floats(width),
      zeros: arena.floats(width),
      features: arena.floats(BLOCK_ROWS * width),
      directions: arena.floats(BLOCK_ROWS * width),
      rows: arena.floats(BLOCK_ROWS * width),
      slopes: arena.floats(wide),
      values: arena.doubles(BLOCK_ROWS),
      scratch: arena.floats(Math.max(width * width, dim * padded(dim))),
    })),
  }
}

function isPositive({ dynamics, x0 }: CompiledProblem): boolean {
  return dynamics.kind === 'geometric' && x0.every((value) => value > 0)
}

/** A geometric X is the exponential of a Brownian motion with drift. */
function coordinates(problem: CompiledStopping): CompiledProblem {
  const { dynamics, x0 } = problem
  if (dynamics.kind !== 'geometric' || !isPositive(problem)) return problem
  const drift = dynamics.drift.map((mu, i) => mu - 0.5 * dynamics.diffusion[i] ** 2)
  return {
    ...problem,
    x0: x0.map(Math.log),
    dynamics: { kind: 'brownian', order: EXACT, drift, diffusion: dynamics.diffusion },
  }
}
