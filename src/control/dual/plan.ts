/** The stage of the dual bound: where its arrays lie. Places are indices of elements; float64 unless said otherwise. */
import type { Arena } from '../../memory/arena.ts'
import { BLOCK_ROWS } from '../../program/plan.ts'
import type { CompiledControl } from '../compiled.ts'
import type { PolicyEstimatePlan } from '../estimate-plan.ts'

/** Paths between two looks at the standard error, in pieces of `PIECE_PATHS`. */
export const ROUND_PATHS = 256
export const PIECE_PATHS = 16
/** Iterations of the stream. */
export const ITERATION = { main: 0, pilot: 1, samples: 2 } as const
/** Paths of the policy over which the costs' Hessians are averaged. */
export const SAMPLES = BLOCK_ROWS

/** Columns of a path's result: what the policy pays and what hindsight would, both less the penalty. */
export const COLUMN = { policy: 0, hindsight: 1 } as const
export const COLUMNS = 2

/** Words of `DualPlan.result`, float64: count; mean and sum of squared deviations of each column; the choices. */
export const DUAL = {
  count: 0,
  policy: 1,
  policySquares: 2,
  hindsight: 3,
  hindsightSquares: 4,
  /** How much of the penalty is taken: 0 or 1, or y. */
  weight: 5,
  failure: 6,
  /** Hindsight's mean where it is an integral; a limit of the pilot's. */
  level: 7,
} as const
const DUAL_WORDS = 8

/** What kept the inner problem from being solved; a word of the result. */
export const FAILURE = { none: 0, unbounded: 1 } as const

/** Lengths of z = (x, a, s, w) and of its parts; `controls` is that of (a, s). */
export interface DualSizes {
  dim: number
  control: number
  controls: number
  noise: number
  all: number
}

export interface DualPlan {
  estimate: PolicyEstimatePlan
  sizes: DualSizes
  steps: number
  /** Most paths. */
  paths: number
  /** z of the policy's paths, [steps+1][SAMPLES][all]. */
  samples: number
  /** x₊ = Fz + c: [steps][dim × all] and [steps][dim]. */
  transition: number
  shift: number
  /** Mean Hessian of the cost along the policy, and the slope at 0 of the quadratic model: [steps+1][all × all], [all]. */
  hessian: number
  slope: number
  /** Hessian of the quadratic that bends less than the cost, where it is one for all paths: [steps+1][all × all]. */
  curvature: number
  /** The penalty's w·(G(x, a) + g) + ½ wᵀSw: [steps] times [noise × (dim+control)], [noise], [noise × noise]. */
  gain: number
  level: number
  square: number
  /** The inner problem's feedback and inverses, [steps] times [controls × dim] and [controls × controls]. */
  feedback: number
  inverse: number
  /** Of a gain from one wealth: θ [steps][noise], and what its mean grows by at the most, [steps]. */
  theta: number
  rates: number
  /** [ROUND_PATHS][COLUMNS]. */
  values: number
  result: number
  workers: DualBuffers[]
}

/** Of one worker: controls float32 [BLOCK_ROWS][controlDim], z of the policy's paths [steps+1][PIECE_PATHS][all]. */
export interface DualBuffers {
  control: number
  paths: number
}

export function planDual(
  arena: Arena,
  problem: CompiledControl,
  estimate: PolicyEstimatePlan,
  workers: number,
): DualPlan {
  const { options, grid } = estimate.policy
  const sizes = dualSizes(problem, options.scheme === 'heun')
  const { dim, control, controls, noise, all } = sizes
  const { steps } = grid
  const isDensity = problem.dual?.kind === 'density'
  const forDensity = (count: number) => arena.doubles(isDensity ? count : 0)
  const forModel = (count: number) => arena.doubles(isDensity ? 0 : count)
  return {
    estimate,
    sizes,
    steps,
    paths: options.paths,
    samples: arena.doubles((steps + 1) * SAMPLES * all),
    transition: forModel(steps * dim * all),
    shift: forModel(steps * dim),
    hessian: forModel((steps + 1) * all * all),
    slope: forModel((steps + 1) * all),
    curvature: forModel((steps + 1) * all * all),
    gain: forModel(steps * noise * (dim + control)),
    level: forModel(steps * noise),
    square: forModel(steps * noise * noise),
    feedback: forModel(steps * controls * dim),
    inverse: forModel(steps * controls * controls),
    theta: forDensity(steps * noise),
    rates: forDensity(steps),
    values: arena.doubles(ROUND_PATHS * COLUMNS),
    result: arena.doubles(DUAL_WORDS),
    workers: Array.from({ length: workers }, () => ({
      control: arena.rows(BLOCK_ROWS, problem.controlDim),
      paths: arena.doubles((steps + 1) * PIECE_PATHS * all),
    })),
  }
}

function dualSizes({ dim, controlDim, noiseDim }: CompiledControl, isHeun: boolean): DualSizes {
  const controls = isHeun ? 2 * controlDim : controlDim
  return { dim, control: controlDim, controls, noise: noiseDim, all: dim + controls + noiseDim }
}

/** The arrays of the plan, step by step. */
export class DualArrays {
  readonly #doubles: Float64Array
  readonly #plan: DualPlan

  constructor(doubles: Float64Array, plan: DualPlan) {
    this.#doubles = doubles
    this.#plan = plan
  }

  of(name: ArrayName): Float64Array[] {
    const { steps } = this.#plan
    const length = this.#length(name)
    const count = name === 'hessian' || name === 'slope' || name === 'curvature' ? steps + 1 : steps
    const at = this.#plan[name]
    return Array.from({ length: count }, (_, n) =>
      this.#doubles.subarray(at + n * length, at + (n + 1) * length),
    )
  }

  #length(name: ArrayName): number {
    const { dim, control, controls, noise, all } = this.#plan.sizes
    return {
      transition: dim * all,
      shift: dim,
      hessian: all * all,
      slope: all,
      curvature: all * all,
      gain: noise * (dim + control),
      level: noise,
      square: noise * noise,
      feedback: controls * dim,
      inverse: controls * controls,
    }[name]
  }
}

type ArrayName =
  | 'transition'
  | 'shift'
  | 'hessian'
  | 'slope'
  | 'curvature'
  | 'gain'
  | 'level'
  | 'square'
  | 'feedback'
  | 'inverse'
