/**
 * Where training draws its paths. The adjoint weight of a path is exp(∫f_z·dW − ½∫|f_z|²dt) (times f_y's part); where the driver
 * is steep in z few paths would carry all of it. Paths drawn with the drift s ≈ f_z in the noise, ΔW = ΔW̃ + s Δt, need only the
 * weight's ratio to their own density. s is f_z at the value's fit by the state, or Y₀, and at the skips of Z without the network: it is cheap, known before the
 * networks run, and it is the policy that the control behind the driver has learned so far.
 */

import { gradientStep } from '../fields/plan.ts'
import { STATE } from '../fields/state.ts'
import { fillRows } from '../fields/trained-field.ts'
import { clearRows } from '../memory/rows.ts'
import { type GradientBuffers, networkParameters } from '../networks/gradient-network.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { lengthAt, timeAfter, timeAt } from '../paths/grid.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import type { DriftScratch } from './batch.ts'
import type { TrainingPlan } from './plan.ts'
import type { TrainingValues } from './value-control.ts'

/** Where g(x), float64 [rows], and σᵀ∇g(x) [rows×noiseDim] go. */
export type SkipBuffers = Pick<GradientBuffers, 'terminal' | 'terminalZ'>

export class SamplingDrift {
  readonly #context: WorkerContext
  readonly #plan: TrainingPlan
  readonly #functions: ProblemFunctions
  readonly #scratch: DriftScratch
  readonly #values: TrainingValues | null

  constructor(
    context: WorkerContext,
    plan: TrainingPlan,
    functions: ProblemFunctions,
    values: TrainingValues | null,
  ) {
    this.#values = values
    this.#context = context
    this.#plan = plan
    this.#functions = functions
    this.#scratch = plan.workers[context.team.rank].drift
  }

  /** Writes s[rows×noiseDim] at (tₙ, x) and adds s Δt to w; leaves g and σᵀ∇g at x in `skip` for the networks. Indices. */
  apply(n: number, x: number, w: number, s: number, skip: SkipBuffers, rows: number): void {
    const { kernels } = this.#context
    const { grid, noiseDim } = this.#plan
    const { z, y, driver, driverDy } = this.#scratch
    this.#skips(n, x, z, skip, rows)
    this.#value(n, skip.terminal, x, rows)
    this.#functions.driverGradient(rows, timeAfter(grid, n), { x, y, z, f: driver, dy: driverDy, dz: s })
    kernels.blend(w, s, 1, lengthAt(grid, n), rows, noiseDim)
  }

  /** y: Y₀, or the fit by g(x). */
  #value(n: number, terminal: number, x: number, rows: number): void {
    const { doubles } = this.#context.views
    const { y } = this.#scratch
    if (this.#values === null || n === 0) {
      doubles.fill(doubles[this.#plan.state + STATE.y0], y, y + rows)
      return
    }
    doubles.copyWithin(y, terminal, terminal + rows)
    this.#values.ofState(n, y, x, rows)
  }

  /** Z without its network: αₙ∘σᵀ∇g + unit·(βₙ∘x̂ + bias); at the start Z₀. */
  #skips(n: number, x: number, z: number, { terminal, terminalZ }: SkipBuffers, rows: number): void {
    const { views, kernels } = this.#context
    const { floats, doubles } = views
    const plan = this.#plan
    const { dim, noiseDim, gradient, grid, blocks, firstNetwork } = plan
    const { input } = this.#scratch
    const state = (word: number) => doubles[plan.state + word]
    if (n < firstNetwork) {
      fillRows(floats, z, rows, blocks[0].theta, noiseDim, state(STATE.z0Scale))
      return
    }
    const { theta, scale, shift } = gradientStep(plan, n)
    const own = networkParameters(gradient, theta)
    const { layers, skip } = gradient.network
    const { bias } = layers[layers.length - 1]
    const beta = skip < 0 ? 0 : own + skip
    if (beta !== 0) kernels.scaleShift(input, x, scale, shift, rows, dim)
    this.#functions.terminalGradient(rows, timeAt(grid, n), { x, g: terminal, z: terminalZ })
    clearRows({ floats }, z, rows, noiseDim)
    const unit = state(STATE.zScale)
    kernels.linearOutput(z, own + bias, input, beta, unit, terminalZ, theta, rows, noiseDim)
  }
}
