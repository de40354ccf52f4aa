/** The estimate of ∇u from fresh paths: where its arrays lie. Indices. */
import type { Arena } from '../../memory/arena.ts'
import type { Span } from '../../memory/span.ts'
import type { GradientBuffers } from '../../networks/gradient-network.ts'
import { type BackwardScratch, scratchFloats } from '../../networks/network.ts'
import { canPullBack } from '../../networks/pull-back.ts'
import { isWide } from '../../paths/wide.ts'
import type { CompiledProblem, DriverShape } from '../../problem/compiled.ts'
import { EXTREMES_WORDS } from '../../statistics/hidden-tail.ts'
import { planGradientBuffers } from '../../training/batch.ts'
import { SHARD_ROWS } from '../buffers.ts'
import type { EstimatePlan } from '../plan.ts'
import { sumsFor } from './controlled.ts'
import { type KinkEnd, planKinkEnds } from './kinked-curvature.ts'
import { type NodeWeightsPlan, planNodeWeights } from './node-weights.ts'
import { type PathRecordPlan, planRecord, recordFloats } from './path-record.ts'

/**
 * - `pathwise`: g's gradient is carried back along the path;
 * - `likelihood-ratio`: what the path estimates u at, times a weight of its noise, for a g that jumps.
 */
export type GradientKind = 'pathwise' | 'likelihood-ratio'

export const SHARDS = 8
/** Antithetic pairs of a shard, and of all between two looks at the standard errors. */
export const SHARD_PAIRS = 32
export const GRADIENT_ROUND = SHARDS * SHARD_PAIRS
/** Paths as a share of the estimate's: one of these costs about three of those, and one of the likelihood ratio's less than two. */
const SHARE = { pathwise: 1 / 8, 'likelihood-ratio': 1 / 3 }
/** Floats that a worker's paths may take. */
const MOST_FLOATS = 2 ** 23

/** What there are samples of, for each component: on the grid, its change by the grid, and the two that a third grid gives. */
export const QUANTITY = { fine: 0, gap: 1, coarseGap: 2, bend: 3 } as const
const QUANTITIES = 4
/** Tails of so many components are looked at, where paths may rest on a bound; each takes 12 kB. */
const MOST_TAILS = 32
/** Controls where g bends: by Ẑ, by σᵀ∇g, and by that with a weight that falls to 0 at T. */
const CONTROLS = 3

export interface GradientPlan {
  estimate: EstimatePlan
  kind: GradientKind
  /** Paths of a block, all of whose nodes are kept. */
  rows: number
  /** The most antithetic pairs. */
  pairs: number
  /** Whether Ẑ is differentiated, to take the noise away. */
  isControlled: boolean
  /** Of each observation. */
  controls: number
  /** Pairs so far, and those of three grids, two words; float64 [SHARDS][shardSums][dim]. */
  count: number
  sums: number
  shardSums: number
  /** The largest samples of each component, see `Extremes`; [SHARDS][tails], and how many components that is. */
  extremes: number
  tails: number
  /** Deviations of X_T, float64 [dim], where the driver has a second order; else none. */
  spread: number
  /** p² of single paths, summed; float64 [SHARDS][dim]. */
  sizes: number
  /** What the workers need, over what training needed, beside the estimate's; see `clearScratch`. */
  scratch: Span
  workers: GradientWorker[]
}

/** For `rows` rows: states [rows×dim], what belongs to the noise [rows×noiseDim], scalars float64 [rows]. */
export interface GradientWorker {
  record: PathRecordPlan
  /** The adjoint less its noise's first control, the controls, and what is transported into. */
  adjoint: number
  controls: number[]
  transported: number
  /** ∂f/∂x, and the derivatives of p f_y + q·f_z. */
  slope: number
  curvature: { x: number; y: number; z: number }
  /** (u − ȳ, Z − Ẑ) as the path's rest observes them. */
  errors: { y: number; z: number }
  /** The path's own ∇u, ∇u by Ẑ, and Ẑ. */
  observed: number
  gradU: number
  field: number
  /** What is pulled back through Ẑ, parts of the result, and the result. */
  along: number
  part: number
  pulled: number
  /** null where f has no kinks in (y, z). */
  kinkEnds: KinkEnd[] | null
  nodeWeights: NodeWeightsPlan
  /** A factor of each row, and 1. */
  share: number
  one: number
  pass: GradientBuffers
  scratch: BackwardScratch
}

/** Where the tail of a shard's component lies. */
export function tailAt({ extremes, tails }: GradientPlan, shard: number, component: number): number {
  return extremes + (shard * tails + component) * EXTREMES_WORDS
}

/** Not where drift, σ or driver jump in x, where g jumps and σ has no inverse, and where a path's nodes are too many to be kept. */
export function observesGradient(problem: CompiledProblem): boolean {
  const { dim, terminalJumps, coefficientsJump, functions } = problem
  return !isWide(dim) && !coefficientsJump && !(terminalJumps && functions.unscaleGradient === null)
}

/** null where nothing here observes ∇u. */
export function planGradient(
  arena: Arena,
  problem: CompiledProblem,
  estimate: EstimatePlan,
  workers: number,
): GradientPlan | null {
  if (!observesGradient(problem)) return null
  const kind = problem.terminalJumps ? 'likelihood-ratio' : 'pathwise'
  const { training, options } = estimate
  const rows = Math.max(4, Math.min(SHARD_PAIRS, Math.floor(MOST_FLOATS / recordFloats(training))))
  const rounds = Math.max(1, Math.round((0.5 * SHARE[kind] * options.paths) / GRADIENT_ROUND))
  // A single step has the vector Z₀ and no network.
  const isControlled =
    kind === 'pathwise' &&
    training.grid.steps > training.firstNetwork &&
    canPullBack(estimate.gradient.network)
  const isBent = isControlled && problem.functions.terminalCurvature.dependsOn.length > 0
  const controls = isBent ? CONTROLS : 1
  const shardSums = QUANTITIES * sumsFor(controls)
  const isRare = kind === 'pathwise' && problem.dynamics.mayRest === true
  const tails = isRare && training.dim <= MOST_TAILS ? training.dim : 0
  const plan = {
    estimate,
    kind,
    rows,
    pairs: rounds * GRADIENT_ROUND,
    isControlled,
    controls,
    count: arena.doubles(2),
    sums: arena.doubles(SHARDS * shardSums * training.dim),
    shardSums,
    extremes: arena.doubles(SHARDS * tails * EXTREMES_WORDS),
    tails,
    spread: arena.doubles(estimate.branches ? training.dim : 0),
    sizes: arena.doubles(SHARDS * training.dim),
  } as const
  const buffers = arena.over(estimate.free, () =>
    Array.from({ length: workers }, () => planWorker(arena, estimate, rows, controls, problem.driverShape)),
  )
  return { ...plan, workers: buffers.plan, scratch: buffers.taken }
}

function planWorker(
  arena: Arena,
  { training, gradient }: EstimatePlan,
  rows: number,
  controls: number,
  { isCurved, isSmooth }: DriverShape,
): GradientWorker {
  const { dim, noiseDim } = training
  const state = () => arena.rows(rows, dim)
  const noise = () => arena.rows(rows, noiseDim)
  const scalar = () => arena.doubles(rows)
  const { buffer, transposed } = scratchFloats(gradient.network)
  return {
    record: planRecord(arena, training, rows),
    adjoint: state(),
    controls: Array.from({ length: controls }, state),
    transported: state(),
    slope: state(),
    curvature: { x: state(), y: scalar(), z: noise() },
    errors: { y: scalar(), z: noise() },
    observed: state(),
    gradU: state(),
    field: noise(),
    along: noise(),
    part: state(),
    pulled: state(),
    kinkEnds: isCurved && !isSmooth ? planKinkEnds(arena, rows, dim, noiseDim) : null,
    nodeWeights: planNodeWeights(arena, rows),
    share: scalar(),
    one: scalar(),
    pass: planGradientBuffers(arena, gradient, SHARD_ROWS),
    scratch: {
      first: arena.floats(buffer),
      second: arena.floats(buffer),
      transposed: arena.floats(transposed),
    },
  }
}
