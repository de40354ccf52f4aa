/**
 * u(0,·) over a region of starting points, Y₀ = y0 + unit·net(x̂) + a·(g(X₀) − centre): a value network beside the network of Z₀, whose
 * input and terminal values it shares.
 */

import type { ParameterBlock } from '../fields/plan.ts'
import { STATE } from '../fields/state.ts'
import { rowAt } from '../memory/rows.ts'
import { type BackwardScratch, Network } from '../networks/network.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { type Pilot, SHARD_PATHS } from '../paths/pilot.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { gradientFromScaled } from '../problem/scaling.ts'
import { STREAM } from '../random/streams.ts'
import { UniformStream } from '../random/uniform.ts'
import { lengthOf } from '../statistics/sizes.ts'
import type { TrainingPlan } from './plan.ts'

/** Slopes of the hidden units in the standardised state. */
const LEAST_SLOPE = 0.3
const MOST_SLOPE = 2
/** One unit of so many keeps a random direction. */
const RANDOM_EVERY = 4
/** Dimension up to which σᵀ is solved for a gradient where it is not diagonal. */
const MOST_DENSE = 256

export class RegionValue {
  readonly #context: WorkerContext
  readonly #plan: TrainingPlan
  readonly #network: Network
  /** Its parameters. */
  readonly block: ParameterBlock

  constructor(context: WorkerContext, plan: TrainingPlan, network: Network, block: ParameterBlock) {
    this.#context = context
    this.#plan = plan
    this.#network = network
    this.block = block
  }

  /** null where all paths start at one point. */
  static of(context: WorkerContext, plan: TrainingPlan): RegionValue | null {
    const { valueNetwork, valueBlock } = plan
    if (!valueNetwork || !valueBlock) return null
    return new RegionValue(
      context,
      plan,
      new Network(valueNetwork, context.kernels, context.views),
      valueBlock,
    )
  }

  /**
   * Draws most of the hidden layer from the data: ridge functions along ∇g at the ends of pilot paths, of several slopes and
   * with thresholds across the region. Of many dimensions few may matter, and random directions would all miss them.
   */
  drawDirections(problem: CompiledProblem, pilot: Pilot): void {
    const { floats } = this.#context.views
    const { dim, seed, grid } = this.#plan
    const uniform = new UniformStream(seed, STREAM.initialisation, grid.steps, 1)
    const { weight, bias, outputs } = this.#network.layout.layers[0]
    const theta = this.block.theta
    const directions = this.#terminalDirections(problem, pilot)
    if (directions.length === 0) return
    for (let k = 0; k < outputs; k++) {
      if (k % RANDOM_EVERY === 0) continue
      const direction = directions[k % directions.length]
      const slope = LEAST_SLOPE + (MOST_SLOPE - LEAST_SLOPE) * uniform.next()
      const column = theta + weight + k
      for (let i = 0; i < dim; i++) floats[rowAt(column, i, outputs)] = slope * direction[i]
      floats[theta + bias + k] = slope * uniform.normal()
    }
  }

  /** ∂g/∂x̂ at the ends of pilot paths, of length 1; none where that would take long. */
  #terminalDirections(problem: CompiledProblem, pilot: Pilot): number[][] {
    const { floats } = this.#context.views
    const { dim, grid, pilot: plan } = this.#plan
    if (!problem.hasDiagonalNoise && dim > MOST_DENSE) return []
    return Array.from({ length: SHARD_PATHS }, (_, path) => {
      const { x, z } = pilot.end(path)
      const gradient = gradientFromScaled(problem, x, z, grid.horizon)
      const slopes = gradient.map((value, i) => (value ?? 0) / floats[plan.scale + i])
      const norm = lengthOf(slopes)
      return slopes.map((slope) => slope / norm)
    }).filter((direction) => direction.every(Number.isFinite))
  }

  /** The network's part for rows of the batch, behind the pass of Z₀. */
  forward(first: number, rows: number): void {
    const { buffers, dim, valueWorkspace, valueOutput } = this.#plan
    const input = rowAt(buffers[0].input, first, dim)
    const output = rowAt(valueOutput, first, 1)
    this.#network.forward(this.block.theta, input, rows, valueWorkspace, output, true, first)
  }

  /** Y₀ of one row. */
  at(row: number): number {
    const { floats, doubles } = this.#context.views
    const { valueOutput, buffers, state } = this.#plan
    const y0 = doubles[state + STATE.y0]
    const network = doubles[state + STATE.yScale] * floats[rowAt(valueOutput, row, 1)]
    const centred = doubles[buffers[0].terminal + row] - doubles[state + STATE.valueCentre]
    return y0 + network + doubles[state + STATE.valueSkip] * centred
  }

  /** Gradients of the network's parameters from ∂L/∂Y₀ of every path, which the sweep leaves in `adjoint`. */
  backward(gradients: number, scratch: BackwardScratch): void {
    const { floats, doubles } = this.#context.views
    const { options, adjoint, valueWorkspace, valueOutput, buffers, state } = this.#plan
    const rows = options.batchSize
    const scale = doubles[state + STATE.yScale]
    for (let r = 0; r < rows; r++) floats[rowAt(valueOutput, r, 1)] = scale * doubles[adjoint + r]
    const { input } = buffers[0]
    this.#network.backward(this.block.theta, gradients, input, rows, valueWorkspace, valueOutput, 0, scratch)
  }
}
