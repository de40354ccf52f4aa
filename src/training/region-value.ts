/**
 * u(0,·) over a region of starting points, Y₀ = y0 + unit·net(x̂) + a·(g(X₀) − y0): a value network beside the network of Z₀, whose
 * input and terminal values it shares.
 */
import { padded } from '../kernels/interface.ts'
import { type BackwardScratch, Network } from '../networks/network.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { type ParameterBlock, STATE, type TrainingPlan } from './plan.ts'

export class RegionValue {
  readonly #context: WorkerContext
  readonly #plan: TrainingPlan
  readonly #network: Network
  /** Its parameters. */
  readonly block: ParameterBlock
  /** How many of their floats belong to the linear skip; they come first. */
  readonly skips: number

  constructor(context: WorkerContext, plan: TrainingPlan, network: Network, block: ParameterBlock) {
    this.#context = context
    this.#plan = plan
    this.#network = network
    this.block = block
    this.skips = network.layout.layers[0].weight
  }

  /** null where all paths start at one point. */
  static of(context: WorkerContext, plan: TrainingPlan): RegionValue | null {
    const { valueNetwork, valueBlock } = plan
    if (!valueNetwork || !valueBlock) return null
    return new RegionValue(
      context,
      plan,
      new Network(valueNetwork, context.kernels, context.views.floats),
      valueBlock,
    )
  }

  /** The network's part for the whole batch, behind the pass of Z₀. */
  forward(): void {
    const { buffers, options, valueWorkspace, valueOutput } = this.#plan
    this.#network.forward(
      this.block.theta,
      buffers[0].input,
      options.batchSize,
      valueWorkspace,
      valueOutput,
      true,
    )
  }

  /** Y₀ of one row. */
  at(row: number): number {
    const { floats, doubles } = this.#context.views
    const { valueOutput, buffers, state } = this.#plan
    const y0 = doubles[state / 8 + STATE.y0]
    const network = doubles[state / 8 + STATE.yScale] * floats[valueOutput / 4 + row * padded(1)]
    return y0 + network + doubles[state / 8 + STATE.valueSkip] * (doubles[buffers[0].terminal / 8 + row] - y0)
  }

  /** Gradients of the network's parameters from ∂L/∂Y₀ of every path, which the sweep leaves in `adjoint`. */
  backward(gradients: number, scratch: BackwardScratch): void {
    const { floats, doubles } = this.#context.views
    const { options, adjoint, valueWorkspace, valueOutput, buffers, state } = this.#plan
    const rows = options.batchSize
    const scale = doubles[state / 8 + STATE.yScale]
    for (let r = 0; r < rows; r++) floats[valueOutput / 4 + r * padded(1)] = scale * doubles[adjoint / 8 + r]
    const { input } = buffers[0]
    this.#network.backward(this.block.theta, gradients, input, rows, valueWorkspace, valueOutput, 0, scratch)
  }
}
