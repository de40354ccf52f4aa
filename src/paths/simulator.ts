/** Moves a block of paths over one time step, exactly where the law of X allows it, and vectors back over it by the step's tangent. */

import type { Arena } from '../memory/arena.ts'
import { floatsOf, rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Law, StepCoefficients as OwnCoefficients, Step, TransportRows } from '../problem/laws/law.ts'
import { lawOf } from '../problem/laws/laws.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import type { TimeGrid } from './grid.ts'
import { lengthAt, segmentAt, timeAfter, timeAt } from './grid.ts'

/** Indices: what laws know of a step, one after the other for each length of step that the grid has; and the noise's mixing. */
export interface StepCoefficients extends OwnCoefficients {
  /** Transposed: [noiseDim×dim]; not used where the problem has none. */
  mixing: number
  /** Mixed increments of each worker, [rows×dim] for at most `MOST_ROWS` rows. */
  mixed: number[]
}

/** The most rows of one call of `advance`. */
export const MOST_ROWS = 128

export function planCoefficients(
  arena: Arena,
  problem: CompiledProblem,
  segments: number,
  workers: number,
): StepCoefficients {
  const { dim } = problem
  const matrices = lawOf(problem.dynamics).hasMatrices ? floatsOf(segments, dim) : 0
  const [matrix, rows] = problem.mixing ? [floatsOf(problem.noiseDim, dim), floatsOf(MOST_ROWS, dim)] : [0, 0]
  return {
    a: arena.rows(segments, dim),
    b: arena.rows(segments, dim),
    s: arena.rows(segments, dim),
    transition: arena.floats(matrices * problem.dim),
    spread: arena.floats(matrices * problem.noiseDim),
    mixing: arena.floats(matrix),
    mixed: Array.from({ length: workers }, () => arena.floats(rows)),
  }
}

/** Of the grid's steps of one length. */
function coefficientsAt(
  { a, b, s, transition, spread }: StepCoefficients,
  { dim, noiseDim }: CompiledProblem,
  segment: number,
): OwnCoefficients {
  const row = floatsOf(segment, dim)
  return {
    a: a + row,
    b: b + row,
    s: s + row,
    transition: transition + row * dim,
    spread: spread + row * noiseDim,
  }
}

/** Writes the coefficients of the grid's steps; ΔW of a step has variance Δt. */
function writeCoefficients(
  floats: Float32Array,
  coefficients: StepCoefficients,
  problem: CompiledProblem,
  { segments }: TimeGrid,
): void {
  const { mixing, dim, noiseDim } = problem
  if (mixing) {
    const at = coefficients.mixing
    for (let k = 0; k < noiseDim; k++) {
      for (let i = 0; i < dim; i++) floats[rowAt(at, k, dim) + i] = mixing[i * noiseDim + k]
    }
  }
  const law = lawOf(problem.dynamics)
  for (const [k, { dt }] of segments.entries())
    law.write(floats, coefficientsAt(coefficients, problem, k), dt)
}

/** Gives noise w [rows×noiseDim] of step n, which has none, a drift. */
export interface Steering {
  steer(w: number, rows: number, n: number): void
}

export class Simulator {
  readonly grid: TimeGrid
  /** Which path of an antithetic pair is drawn: ΔW or −ΔW. */
  sign: 1 | -1 = 1
  steering: Steering | null = null
  readonly #problem: CompiledProblem
  readonly #law: Law
  readonly #context: WorkerContext
  readonly #coefficients: StepCoefficients
  readonly #functions: Pick<ProblemFunctions, 'step' | 'stepTransport'>
  readonly #seed: number
  readonly #steps: Step[] = []

  /** Where every worker makes one, the first of the team writes the coefficients: a barrier comes before they are used. */
  constructor(
    problem: CompiledProblem,
    functions: Pick<ProblemFunctions, 'step' | 'stepTransport'>,
    grid: TimeGrid,
    context: WorkerContext,
    coefficients: StepCoefficients,
    seed: number,
  ) {
    this.grid = grid
    this.#problem = problem
    this.#law = lawOf(problem.dynamics)
    this.#functions = functions
    this.#context = context
    this.#coefficients = coefficients
    this.#seed = seed
    if (context.team.rank === 0) writeCoefficients(context.views.floats, coefficients, problem, grid)
  }

  /** ΔWₙ[rows×noiseDim] ~ N(0, deviation²) of paths firstPath … firstPath+rows−1. */
  increments(
    w: number,
    rows: number,
    n: number,
    deviation: number,
    stream: number,
    iteration: number,
    firstPath: number,
  ): void {
    const { noiseDim } = this.#problem
    const signed = this.sign * deviation
    this.#context.kernels.normals(w, rows, noiseDim, signed, this.#seed, stream, iteration, firstPath, n)
    this.steering?.steer(w, rows, n)
  }

  /** X(tₙ₊₁)[rows×dim] from X(tₙ) and ΔWₙ, for at most `MOST_ROWS` rows. All indices; `next` is written. */
  advance(next: number, x: number, w: number, rows: number, n: number): void {
    this.#law.advance(this.#step(n), next, x, w, rows)
  }

  /**
   * vᵀ ∂Xₙ₊₁/∂Xₙ with the noise held, for at most `MOST_ROWS` rows; where paths have a drift in their noise, w = ΔW̃ + s Δt,
   * it is part of what is held. Never forms a Jacobian.
   */
  transport(n: number, at: TransportRows, rows: number): void {
    this.#law.transport(this.#step(n), at, rows)
  }

  #step(n: number): Step {
    this.#steps[n] ??= this.#stepAt(n)
    return this.#steps[n]
  }

  #stepAt(n: number): Step {
    const { dim, noiseDim } = this.#problem
    const { kernels, views } = this.#context
    const { step, stepTransport } = this.#functions
    const noise = (w: number, rows: number) => this.#noise(w, rows)
    const t = timeAfter(this.grid, n)
    const dt = lengthAt(this.grid, n)
    /** Where coefficients have two values at a node, a step is between its nodes. */
    const between = dt - 2 * (t - timeAt(this.grid, n))
    return {
      kernels,
      floats: views.floats,
      dim,
      noiseDim,
      dt,
      coefficients: coefficientsAt(this.#coefficients, this.#problem, segmentAt(this.grid, n)),
      noise,
      move: (next, x, w, rows) => step?.(rows, t, { dt: between, x, w: noise(w, rows), next }),
      carry: ({ v, x, w, transported }, rows) =>
        stepTransport?.(rows, t, { dt: between, x, w: noise(w, rows), v, transported }),
    }
  }

  #noise(w: number, rows: number): number {
    const { mixing, dim, noiseDim } = this.#problem
    if (mixing === null) return w
    const { kernels, team } = this.#context
    const mixed = this.#coefficients.mixed[team.rank]
    kernels.gemmNN(mixed, w, this.#coefficients.mixing, rows, noiseDim, dim, 0)
    return mixed
  }
}
