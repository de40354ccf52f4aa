/**
 * The tangent of X over a step, used from the right: v ↦ vᵀ ∂Xₙ₊₁/∂Xₙ with the noise held, for a block of paths. Where the paths
 * have a drift in their noise, w = ΔW̃ + s Δt, it is part of what is held. Never forms a Jacobian.
 */
import { type Kernels, padded } from '../kernels/interface.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { CompiledProblem, Dynamics } from '../problem/compiled.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { lengthAt, segmentAt, type TimeGrid, timeAfter, timeAt } from './grid.ts'
import type { StepCoefficients } from './simulator.ts'

type Geometric = Extract<Dynamics, { kind: 'geometric' }>

/** Byte offsets of one step's rows: v, x, xNext and what is written [rows×dim]; w [rows×noiseDim]. */
export interface TransportRows {
  v: number
  x: number
  xNext: number
  w: number
  transported: number
}

/** Whether ∂Xₙ₊₁/∂Xₙ cancels against σ, so that σᵀ∇u is carried along a path as it is. */
export function transportCancels({ dynamics }: CompiledProblem): boolean {
  return dynamics.kind === 'brownian' || dynamics.kind === 'geometric'
}

export class Transport {
  readonly #problem: CompiledProblem
  readonly #step: ProblemFunctions['stepTransport']
  readonly #grid: TimeGrid
  readonly #kernels: Kernels
  readonly #floats: Float32Array
  readonly #coefficients: StepCoefficients
  readonly #mixed: number

  /** @param coefficients those of the simulator that the paths are from */
  constructor(
    problem: CompiledProblem,
    stepTransport: ProblemFunctions['stepTransport'],
    grid: TimeGrid,
    { views, kernels, team }: WorkerContext,
    coefficients: StepCoefficients,
  ) {
    this.#problem = problem
    this.#step = stepTransport
    this.#grid = grid
    this.#kernels = kernels
    this.#floats = views.floats
    this.#coefficients = coefficients
    this.#mixed = coefficients.mixed[team.rank]
  }

  /** Over step n of the grid, for at most `MOST_ROWS` rows. */
  apply(n: number, at: TransportRows, rows: number): void {
    const { dynamics } = this.#problem
    const dt = lengthAt(this.#grid, n)
    switch (dynamics.kind) {
      case 'brownian':
        this.#copy(at, rows)
        break
      case 'geometric':
        this.#geometric(at, rows, dynamics, dt)
        break
      case 'ornstein-uhlenbeck':
        this.#decay(at, rows, dynamics.rate, dt)
        break
      case 'linear':
        this.#linear(n, at, rows)
        break
      default:
        this.#throughStep(n, at, rows)
    }
  }

  #copy({ v, transported }: TransportRows, rows: number): void {
    this.#floats.copyWithin(transported / 4, v / 4, v / 4 + rows * padded(this.#problem.dim))
  }

  #decay({ v, transported }: TransportRows, rows: number, rate: Float64Array, dt: number): void {
    const floats = this.#floats
    const width = padded(rate.length)
    const decay = rate.map((own) => Math.exp(own * dt))
    for (let r = 0; r < rows; r++) {
      const [from, to] = [v / 4 + r * width, transported / 4 + r * width]
      for (let i = 0; i < decay.length; i++) floats[to + i] = decay[i] * floats[from + i]
    }
  }

  /** X₊/X; by the noise where X is 0. */
  #geometric(at: TransportRows, rows: number, { drift, diffusion }: Geometric, dt: number): void {
    const floats = this.#floats
    const { dim } = this.#problem
    const width = padded(dim)
    let noise: number | null = null
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < dim; i++) {
        const k = r * width + i
        const from = floats[at.x / 4 + k]
        let factor = floats[at.xNext / 4 + k] / from
        if (from === 0) {
          noise ??= this.#noise(at.w, rows) / 4
          const sigma = diffusion[i]
          factor = Math.exp((drift[i] - 0.5 * sigma * sigma) * dt + sigma * floats[noise + k])
        }
        floats[at.transported / 4 + k] = factor * floats[at.v / 4 + k]
      }
    }
  }

  /** vᵀΦ */
  #linear(n: number, { v, transported }: TransportRows, rows: number): void {
    const floats = this.#floats
    const { dim } = this.#problem
    const width = padded(dim)
    const phi = this.#coefficients.transition / 4 + segmentAt(this.#grid, n) * dim * width
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < dim; j++) {
        let sum = 0
        for (let i = 0; i < dim; i++) sum += floats[v / 4 + r * width + i] * floats[phi + j * width + i]
        floats[transported / 4 + r * width + j] = sum
      }
    }
  }

  #throughStep(n: number, { v, x, w, transported }: TransportRows, rows: number): void {
    const from = timeAfter(this.#grid, n)
    this.#step?.(rows, from, {
      dt: lengthAt(this.#grid, n) - 2 * (from - timeAt(this.#grid, n)),
      x,
      w: this.#noise(w, rows),
      v,
      transported,
    })
  }

  /** What moves X: w, or mixed. */
  #noise(w: number, rows: number): number {
    const { mixing, dim, noiseDim } = this.#problem
    if (!mixing) return w
    this.#kernels.gemmNN(this.#mixed, w, this.#coefficients.mixing, rows, noiseDim, dim, 0)
    return this.#mixed
  }
}
