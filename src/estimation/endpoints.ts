/**
 * g(X_T) from the whole noise at once, where X has an exact law and the noise a constant drift: no path is needed, and a
 * million endpoints cost as much as a few thousand paths.
 */
import { floatsOf } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { uniformGrid } from '../paths/grid.ts'
import { Simulator, type StepCoefficients } from '../paths/simulator.ts'
import { placeAt } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'

/** Indices, of one worker; for as many rows as are asked for at a time. */
export interface EndpointBuffers {
  /** x₀ and X_T [rows×dim]. */
  x: number
  xNext: number
  /** The noise with its drift [rows×noiseDim]. */
  shifted: number
  /** g(X_T), float64 [rows]. */
  terminal: number
}

/** Where endpoints start, and what they are drawn by: the one step's coefficients are the plan's own. */
export interface EndpointPlan {
  x0: Float64Array
  seed: number
  stream: number
  coefficients: StepCoefficients
}

export class Endpoints {
  readonly #context: WorkerContext
  readonly #problem: CompiledProblem
  readonly #plan: EndpointPlan
  readonly #functions: ProblemFunctions
  readonly #simulator: Simulator
  readonly #buffers: EndpointBuffers
  readonly #drift: Float64Array

  /** @param drift of the noise, [noiseDim]. The team meets at a barrier before the first draw. */
  constructor(
    context: WorkerContext,
    problem: CompiledProblem,
    functions: ProblemFunctions,
    plan: EndpointPlan,
    buffers: EndpointBuffers,
    drift: Float64Array,
  ) {
    const { seed, coefficients } = plan
    const grid = uniformGrid(problem.horizon, 1)
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#functions = functions
    this.#simulator = new Simulator(problem, functions, grid, context, coefficients, seed)
    this.#buffers = buffers
    this.#drift = drift
  }

  /** w[rows×noiseDim] ~ N(0, T), of endpoints first … first+rows−1; another draw of them for each `step`. */
  draw(w: number, rows: number, iteration: number, first: number, step = 0): void {
    const deviation = Math.sqrt(this.#problem.horizon)
    this.#simulator.increments(w, rows, step, deviation, this.#plan.stream, iteration, first)
  }

  /** g(X_T) of every row, float64 [rows] left in `terminal`, from the noise w[rows×noiseDim]. */
  terminal(w: number, rows: number): void {
    const { floats } = this.#context.views
    const { x, xNext, shifted, terminal } = this.#buffers
    const { noiseDim, horizon } = this.#problem
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < floatsOf(1, noiseDim); j++) {
        const at = floatsOf(r, noiseDim) + j
        floats[shifted + at] = floats[w + at] + (this.#drift[j] ?? 0) * horizon
      }
    }
    placeAt(floats, x, rows, this.#plan.x0)
    this.#simulator.advance(xNext, x, shifted, rows, 0)
    this.#functions.terminal(rows, horizon, { x: xNext, g: terminal })
  }
}
