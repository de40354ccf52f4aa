/** Moves a block of paths over one time step, exactly where the dynamics allow it. */
import { ACTIVATION, type Kernels, padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { CompiledProblem, Dynamics } from '../problem/compiled.ts'
import { linearStep } from '../problem/motions/linear-law.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import type { TimeGrid } from './grid.ts'
import { lengthAt, segmentAt, timeAfter, timeAt } from './grid.ts'

/**
 * Byte offsets of the step's coefficients, each [segments][dim], one row for each length of step that the grid has:
 * X₊ = a∘X + b + s∘ΔW, or X∘exp(b + s∘ΔW).
 */
export interface StepCoefficients {
  a: number
  b: number
  s: number
  /** Of linear laws X₊ = ΦX + b + LΔW, transposed: [segments][dim×dim] and [segments][noiseDim×dim]. */
  transition: number
  spread: number
  /** The noise's mixing, transposed: [noiseDim×dim]; not used where the problem has none. */
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
  const width = padded(problem.dim)
  const isLinear = problem.dynamics.kind === 'linear'
  const [matrix, rows] = problem.mixing ? [problem.noiseDim * width, MOST_ROWS * width] : [0, 0]
  return {
    a: arena.floats(segments * width),
    b: arena.floats(segments * width),
    s: arena.floats(segments * width),
    transition: arena.floats(isLinear ? segments * problem.dim * width : 0),
    spread: arena.floats(isLinear ? segments * problem.noiseDim * width : 0),
    mixing: arena.floats(matrix),
    mixed: Array.from({ length: workers }, () => arena.floats(rows)),
  }
}

/** Writes the coefficients of the grid's steps; ΔW of a step has variance Δt. */
export function writeCoefficients(
  floats: Float32Array,
  coefficients: StepCoefficients,
  problem: CompiledProblem,
  { segments }: TimeGrid,
): void {
  const { dynamics, mixing, dim, noiseDim } = problem
  if (mixing) {
    const at = coefficients.mixing / 4
    for (let k = 0; k < noiseDim; k++) {
      for (let i = 0; i < dim; i++) floats[at + k * padded(dim) + i] = mixing[i * noiseDim + k]
    }
  }
  if (dynamics.kind === 'linear') {
    for (const [k, { dt }] of segments.entries()) writeLinear(floats, coefficients, dynamics, k, dt)
  }
  if (!isExact(dynamics)) return
  const { diffusion } = dynamics
  for (const [k, { dt }] of segments.entries()) {
    for (let i = 0; i < diffusion.length; i++) {
      const [a, b, s] = componentCoefficients(dynamics, i, dt)
      const at = k * padded(dim) + i
      floats[coefficients.a / 4 + at] = a
      floats[coefficients.b / 4 + at] = b
      floats[coefficients.s / 4 + at] = s
    }
  }
}

/** Φ, b and L of segment k. */
function writeLinear(
  floats: Float32Array,
  coefficients: StepCoefficients,
  { matrix, level, spread }: Extract<Dynamics, { kind: 'linear' }>,
  k: number,
  dt: number,
): void {
  const dim = level.length
  const width = padded(dim)
  const step = linearStep(matrix, level, spread, dt)
  const write = (at: number, values: Float64Array, columns: number) => {
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < columns; j++) {
        floats[at / 4 + (k * columns + j) * width + i] = values[i * columns + j]
      }
    }
  }
  write(coefficients.transition, step.transition, dim)
  write(coefficients.spread, step.spread, spread.length / dim)
  floats.set(step.shift, coefficients.b / 4 + k * width)
}

type ExactDynamics = Extract<Dynamics, { diffusion: Float64Array }>

function isExact(dynamics: Dynamics): dynamics is ExactDynamics {
  return 'diffusion' in dynamics
}

function componentCoefficients(dynamics: ExactDynamics, i: number, dt: number): [number, number, number] {
  const sigma = dynamics.diffusion[i]
  switch (dynamics.kind) {
    case 'brownian':
      return [1, dynamics.drift[i] * dt, sigma]
    case 'geometric':
      return [1, (dynamics.drift[i] - 0.5 * sigma * sigma) * dt, sigma]
    case 'ornstein-uhlenbeck': {
      const rate = dynamics.rate[i]
      if (Math.abs(rate * dt) < 1e-9) return [1 + rate * dt, dynamics.level[i] * dt, sigma]
      // The law of X₊ is exact; ΔW stands for the stochastic integral, scaled to its variance.
      const variance = Math.expm1(2 * rate * dt) / (2 * rate)
      return [
        Math.exp(rate * dt),
        (dynamics.level[i] * Math.expm1(rate * dt)) / rate,
        sigma * Math.sqrt(variance / dt),
      ]
    }
  }
}

export class Simulator {
  readonly grid: TimeGrid
  readonly #problem: CompiledProblem
  readonly #kernels: Kernels
  readonly #coefficients: StepCoefficients
  readonly #step: ProblemFunctions['step']
  readonly #seed: number
  readonly #mixed: number

  constructor(
    problem: CompiledProblem,
    step: ProblemFunctions['step'],
    grid: TimeGrid,
    context: WorkerContext,
    coefficients: StepCoefficients,
    seed: number,
  ) {
    this.grid = grid
    this.#problem = problem
    this.#step = step
    this.#kernels = context.kernels
    this.#mixed = coefficients.mixed[context.team.rank]
    this.#coefficients = coefficients
    this.#seed = seed
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
    this.#kernels.normals(
      w,
      rows,
      this.#problem.noiseDim,
      deviation,
      this.#seed,
      stream,
      iteration,
      firstPath,
      n,
    )
  }

  /** X(tₙ₊₁)[rows×dim] from X(tₙ) and ΔWₙ, for at most `MOST_ROWS` rows. All byte offsets; `next` is written. */
  advance(next: number, x: number, w: number, rows: number, n: number): void {
    const { dim, noiseDim, dynamics } = this.#problem
    const { mixing } = this.#coefficients
    const row = 4 * segmentAt(this.grid, n) * padded(dim)
    const [a, b, s] = [this.#coefficients.a + row, this.#coefficients.b + row, this.#coefficients.s + row]
    const isMixed = this.#problem.mixing !== null && dynamics.kind !== 'linear'
    const noise = isMixed ? this.#mixed : w
    if (isMixed) this.#kernels.gemmNN(noise, w, mixing, rows, noiseDim, dim, 0)
    if (dynamics.kind === 'linear') {
      this.#advanceLinear(next, x, w, rows, segmentAt(this.grid, n))
    } else if (dynamics.kind === 'geometric') {
      this.#kernels.geometricStep(next, x, noise, b, s, rows, dim)
    } else if (this.#step === null) {
      this.#kernels.affineStep(next, x, noise, a, b, s, rows, dim)
    } else {
      const from = timeAfter(this.grid, n)
      this.#step(rows, from, {
        dt: lengthAt(this.grid, n) - 2 * (from - timeAt(this.grid, n)),
        x,
        w: noise,
        next,
      })
    }
  }

  /** ΦX + b + LΔW */
  #advanceLinear(next: number, x: number, w: number, rows: number, segment: number): void {
    const { dim, noiseDim } = this.#problem
    const { b, transition, spread } = this.#coefficients
    const row = 4 * padded(dim)
    const kernels = this.#kernels
    kernels.gemmNN(next, x, transition + segment * dim * row, rows, dim, dim, 0)
    kernels.gemmNN(next, w, spread + segment * noiseDim * row, rows, noiseDim, dim, 1)
    kernels.biasActivation(next, b + segment * row, rows, dim, ACTIVATION.identity)
  }
}
