/** One network in memory with random parameters, data and a linear loss L = Σ C∘net(X), for derivative tests. */

import type { KernelName } from '../../src/kernels/interface.ts'
import type { Arena } from '../../src/memory/arena.ts'
import { padded } from '../../src/memory/rows.ts'
import { initialiseNetwork } from '../../src/networks/initialise.ts'
import { layoutNetwork, type NetworkLayout } from '../../src/networks/layout.ts'
import { type BackwardScratch, Network, scratchFloats } from '../../src/networks/network.ts'
import type { NetworkSpecification } from '../../src/networks/specification.ts'
import { type Random, seededRandom } from '../../src/problem/sample.ts'
import { between, fillMatrix, openWorkspace, readMatrix } from '../support/workspace.ts'

export interface NetworkBench {
  network: Network
  layout: NetworkLayout
  floats: Float32Array
  rows: number
  /** Byte offsets. */
  parameters: number
  gradients: number
  input: number
  output: number
  dInput: number
  /** The network's output for the stored input. */
  run(isTraining: boolean): number[][]
  /** Σ C∘net(X) in double precision. */
  loss(isTraining: boolean): number
  /** Gradients of the loss into `gradients` and, where asked for, `dInput`. */
  backward(withInput: boolean): void
  /** `count` floats at `offset` of a block. */
  block(base: number, offset: number, count: number): Float32Array
}

function planNetwork(arena: Arena, layout: NetworkLayout) {
  const { rows, inputs, outputs } = layout
  const { buffer, transposed } = scratchFloats(layout)
  return {
    parameters: arena.floats(layout.parameters),
    gradients: arena.floats(layout.parameters),
    workspace: arena.floats(layout.workspace),
    input: arena.floats(rows * padded(inputs)),
    dInput: arena.floats(rows * padded(inputs)),
    output: arena.floats(rows * padded(outputs)),
    dOutput: arena.floats(rows * padded(outputs)),
    first: arena.floats(buffer),
    second: arena.floats(buffer),
    transposed: arena.floats(transposed),
  }
}

export async function openNetwork(
  kernel: KernelName,
  specification: NetworkSpecification,
  [inputs, outputs, rows]: readonly [number, number, number],
  seed: number,
): Promise<NetworkBench> {
  const layout = layoutNetwork(specification, inputs, outputs, rows)
  const { context, plan } = await openWorkspace(kernel, (arena) => planNetwork(arena, layout))
  const { floats } = context.views
  const network = new Network(layout, context.kernels, context.views)
  const random = seededRandom(seed)
  fillMatrix(floats, plan.input, rows, inputs, between(random, -1.5, 1.5))
  initialiseNetwork(floats, plan.parameters, layout, seed, 0, false)
  drawSkips(floats, plan.parameters, layout, random)
  const weights = Array.from({ length: rows * outputs }, between(random, -1, 1))
  const scratch: BackwardScratch = plan

  const run = (isTraining: boolean) => {
    network.forward(plan.parameters, plan.input, rows, plan.workspace, plan.output, isTraining)
    return readMatrix(floats, plan.output, rows, outputs)
  }
  return {
    ...plan,
    network,
    layout,
    floats,
    rows,
    run,
    loss: (isTraining) =>
      run(isTraining)
        .flat()
        .reduce((sum, value, i) => sum + value * weights[i], 0),
    backward: (withInput) => {
      run(true)
      const next = weights[Symbol.iterator]()
      fillMatrix(floats, plan.dOutput, rows, outputs, () => next.next().value as number)
      const { parameters, gradients, input, workspace, dOutput } = plan
      const dInput = withInput ? plan.dInput : 0
      network.backward(parameters, gradients, input, rows, workspace, dOutput, dInput, scratch)
    },
    block: (base, offset, count) => floats.subarray(base + offset, base + offset + count),
  }
}

/** Biases and skips start at zero; with other values a forgotten one shows. */
function drawSkips(floats: Float32Array, parameters: number, layout: NetworkLayout, random: Random): void {
  const { skip, inputs, outputs, specification, layers } = layout
  const draw = between(random, -0.5, 0.5)
  if (skip >= 0) {
    const rows = specification.linearSkip === 'dense' ? inputs : 1
    fillMatrix(floats, parameters + skip, rows, outputs, draw)
  }
  for (const { bias, outputs: width } of layers) {
    if (bias >= 0) fillMatrix(floats, parameters + bias, 1, width, draw)
  }
}
