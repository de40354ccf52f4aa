/**
 * g(X_T) from the whole noise at once, where X has an exact law and the noise a constant drift: no path is needed, and a
 * million endpoints cost as much as a few thousand paths.
 */
import type { WorkerBuffers } from '../estimation/buffers.ts'
import { padded } from '../kernels/interface.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { uniformGrid } from '../paths/grid.ts'
import { Simulator } from '../paths/simulator.ts'
import { placeAt } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import type { BoundsPlan } from './plan.ts'

export class Endpoints {
  readonly #context: WorkerContext
  readonly #problem: CompiledProblem
  readonly #plan: BoundsPlan
  readonly #functions: ProblemFunctions
  readonly #simulator: Simulator
  readonly #buffers: WorkerBuffers
  readonly #shifted: number
  readonly #beta: Float64Array

  /** @param beta drift of the noise, [noiseDim]. The team meets at a barrier before the first draw. */
  constructor(
    context: WorkerContext,
    problem: CompiledProblem,
    plan: BoundsPlan,
    functions: ProblemFunctions,
    beta: Float64Array,
  ) {
    const { training, coarseCoefficients, workers } = plan.estimate
    const { rank } = context.team
    const grid = uniformGrid(problem.horizon, 1)
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#functions = functions
    this.#simulator = new Simulator(problem, functions, grid, context, coarseCoefficients, training.seed)
    this.#buffers = workers[rank]
    this.#shifted = plan.workers[rank].otherW
    this.#beta = beta
  }

  /** w[rows×noiseDim] ~ N(0, T), of endpoints first … first+rows−1; another draw of them for each `step`. */
  draw(w: number, rows: number, iteration: number, first: number, step = 0): void {
    const deviation = Math.sqrt(this.#problem.horizon)
    this.#simulator.increments(w, rows, step, deviation, STREAM.bounds, iteration, first)
  }

  /** g(X_T) of every row, float64 [rows] left in the estimate's `terminal`, from the noise w[rows×noiseDim]. */
  terminal(w: number, rows: number): void {
    const { floats } = this.#context.views
    const { x, xNext, terminal } = this.#buffers
    const { noiseDim, horizon } = this.#problem
    const width = padded(noiseDim)
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < width; j++) {
        const at = r * width + j
        floats[this.#shifted / 4 + at] = floats[w / 4 + at] + (this.#beta[j] ?? 0) * horizon
      }
    }
    placeAt(floats, x, rows, this.#plan.estimate.x0)
    this.#simulator.advance(xNext, x, this.#shifted, rows, 0)
    // biome-ignore format: one group of arguments an array
    this.#functions.terminal(rows, horizon, { x: xNext, g: terminal })
  }
}
