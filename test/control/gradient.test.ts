/** The adjoint sweep through the whole horizon against finite differences of the batch's cost. */

import { describe, expect, it } from 'vitest'
import { builtInOf } from '../../src/page/catalog.ts'
import { UniformStream } from '../../src/random/uniform.ts'
import { type LocalTrainer, localTrainer } from './local.ts'

/** Single precision in the paths: differences of this size leave an error of about 1e-3 of the largest derivative. */
const STEP = 2 ** -5
const TOLERANCE = 5e-3

async function prepared(id: string, options: Parameters<typeof localTrainer>[1]): Promise<LocalTrainer> {
  const page = await builtInOf('control', id)
  const local = await localTrainer(page!, {
    batchSize: 24,
    hidden: [5, 4],
    steps: page!.steps ?? 4,
    ...options,
  })
  local.trainer.prepare()
  // Away from the start, where every network writes zero and most derivatives vanish.
  const { floats } = local.context.views
  const stream = new UniformStream(3, 0, 1)
  for (const { theta, trainable } of local.plan.blocks.slice(0, local.plan.ownNetworks)) {
    for (let k = 0; k < trainable; k++)
      if (floats[theta + k] === 0) floats[theta + k] = 0.2 * (stream.next() - 0.5)
  }
  clearPadding(local)
  return local
}

/** Padding columns hold zeros by contract: parameters of a network are its own entries only. */
function clearPadding({ context, plan }: LocalTrainer): void {
  const { floats } = context.views
  const pad = (cols: number) => (cols + 3) & ~3
  for (const { theta } of plan.blocks) {
    const clear = (at: number, rows: number, cols: number) => {
      for (let i = 0; i < rows; i++)
        for (let j = cols; j < pad(cols); j++) floats[theta + at + i * pad(cols) + j] = 0
    }
    clear(plan.network.skip, plan.inputDim, plan.rawDim)
    for (const layer of plan.network.layers) {
      clear(layer.weight, layer.inputs, layer.outputs)
      clear(layer.bias, 1, layer.outputs)
    }
  }
}

function cost({ context, plan, trainer }: LocalTrainer): number {
  trainer.sweep(0, plan.options.batchSize)
  const { doubles } = context.views
  let sum = 0
  for (let r = 0; r < plan.options.batchSize; r++) sum += doubles[plan.shards.costs + r]
  return sum
}

function gradientsOf({ context, plan }: LocalTrainer, block: number): Float64Array {
  const { floats } = context.views
  const { trainable } = plan.network
  const sum = new Float64Array(trainable)
  for (const gradients of plan.shards.gradients) {
    const at = gradients + block * trainable
    for (let k = 0; k < trainable; k++) sum[k] += floats[at + k]
  }
  return sum
}

describe.each([
  ['lqr', { settings: { dim: 3 } }],
  ['lqr', { settings: { dim: 3 }, scheme: 'euler' }],
  ['lqr', { settings: { dim: 18 } }],
  ['hjb-lq-control', { settings: { dim: 4 } }],
  ['hjb-lq-control', { settings: { dim: 4 }, family: 'residual', hidden: [5, 5] }],
  ['optimal-execution', {}],
  ['merton-power', {}],
  ['merton-bounded', {}],
  ['systemic-risk', {}],
] as const)('%s %o', (id, options) => {
  it('has the gradients of its cost', async () => {
    const local = await prepared(id, options as Parameters<typeof localTrainer>[1])
    cost(local)
    const { plan, context } = local
    const { floats } = context.views
    const stream = new UniformStream(5, 0, 2)
    // Not the last: execution sells what is left there, whatever its network says.
    for (const block of new Set([0, Math.max(0, plan.ownNetworks - 2)])) {
      const gradients = gradientsOf(local, block)
      const largest = gradients.reduce((most, g) => Math.max(most, Math.abs(g)), 0)
      expect(largest).toBeGreaterThan(0)
      for (let trial = 0; trial < 12; trial++) {
        const k = Math.floor(stream.next() * gradients.length)
        // Entries of the padding have no derivative: what they are multiplied by is not kept zero under a change.
        if (gradients[k] === 0) continue
        const at = plan.blocks[block].theta + k
        const own = floats[at]
        const along = (s: number) => {
          floats[at] = own + s
          const value = cost(local)
          floats[at] = own
          return value
        }
        // Fourth order: the costs are not quadratic in what is inside an activation.
        const [near, far] = [along(STEP) - along(-STEP), along(2 * STEP) - along(-2 * STEP)]
        const difference = (8 * near - far) / (12 * STEP)
        expect(Math.abs(difference - gradients[k])).toBeLessThan(TOLERANCE * largest)
      }
    }
  })
})
