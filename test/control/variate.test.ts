/** The control variate of the gradient leaves its mean as it is, and takes noise off it. */

import { expect, it } from 'vitest'
import { fitAdjoint } from '../../src/control/adjoint-fit.ts'
import { AdjointVariate } from '../../src/control/adjoint-variate.ts'
import { defineControlProblem } from '../../src/control/definition.ts'
import { builtInOf } from '../../src/page/catalog.ts'
import { UniformStream } from '../../src/random/uniform.ts'
import { type LocalTrainer, localTrainer } from './local.ts'

/** Continuous time: the variance of a step's noise is its length, in discrete time 1. */
const VOLATILITY = defineControlProblem({
  id: 'volatility',
  title: 'The noise is controlled',
  source: 'none',
  group: 'Test',
  settings: { dim: 2, horizon: 1 },
  x0: 1,
  drift: '0.5 * a',
  diffusion: '0.5 + a',
  runningCost: 'dot(x, x)',
  terminalCost: 'dot(x, x)',
})
const BATCH = 512
const SWEEPS = 48

/** Gradients of each sweep, [ownNetworks·trainable], summed over the batch. */
function gradients({ context, plan, trainer }: LocalTrainer): Float64Array[] {
  const { network, ownNetworks, shards } = plan
  return Array.from({ length: SWEEPS }, (_, iteration) => {
    trainer.sweep(iteration, BATCH)
    const sum = new Float64Array(ownNetworks * network.trainable)
    for (const gradients of shards.gradients) {
      for (let k = 0; k < sum.length; k++) sum[k] += context.views.floats[gradients + k]
    }
    return sum
  })
}

function moments(samples: Float64Array[], k: number): { mean: number; variance: number } {
  const mean = samples.reduce((sum, sample) => sum + sample[k] / SWEEPS, 0)
  return { mean, variance: samples.reduce((sum, sample) => sum + (sample[k] - mean) ** 2, 0) / (SWEEPS - 1) }
}

// Far from its optimum a linear feedback's gradient is noisy with the states themselves, of which nothing can be taken off.
it.each([
  ['volatility', { scheme: 'euler' }, 0.5],
  ['merton-power', {}, 0.01],
  ['merton-bounded', {}, 0.01],
  ['optimal-execution', {}, 1],
  ['lqr', { settings: { dim: 3 }, scheme: 'euler' }, 0.95],
] as const)('keeps the mean gradient of %s %o, at a share %d of its variance', async (id, options, share) => {
  const page = id === VOLATILITY.id ? VOLATILITY : (await builtInOf('control', id))!
  const local = await localTrainer(page, { batchSize: BATCH, hidden: [4], kernel: 'simd', ...options })
  const { context, problem, plan, trainer } = local
  trainer.prepare()
  const stream = new UniformStream(3, 0, 1)
  for (const { theta } of plan.blocks.slice(0, plan.ownNetworks)) {
    for (let i = 0; i < plan.inputDim; i++) {
      for (let j = 0; j < plan.rawDim; j++) {
        context.views.floats[theta + (i * plan.skip) / plan.inputDim + j] = 0.4 * (stream.next() - 0.5)
      }
    }
  }
  const plain = gradients(local)
  fitAdjoint(context, plan, trainer.rollout, 3)
  trainer.rollout.variate = AdjointVariate.of(context, problem, plan, trainer.rollout)
  const reduced = gradients(local)
  const differences = plain.map((sample, s) => sample.map((value, k) => value - reduced[s][k]))
  let [before, after, squares, count] = [0, 0, 0, 0]
  for (let k = 0; k < plain[0].length; k++) {
    const { mean, variance } = moments(differences, k)
    before += moments(plain, k).variance
    after += moments(reduced, k).variance
    if (variance === 0) continue
    count++
    squares += (mean * mean * SWEEPS) / variance
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(variance / SWEEPS))
  }
  expect(after).toBeLessThan(share * before)
  expect(squares / count).toBeLessThan(2)
})
