/** The martingale that is taken off paths' costs is of mean zero, and leaves little of their variance where the value is quadratic. */
import { expect, it } from 'vitest'
import { fitAdjoint } from '../../src/control/adjoint-fit.ts'
import type { ControlDefinition } from '../../src/control/definition.ts'
import { Martingale } from '../../src/control/martingale.ts'
import { BLOCK_ROWS } from '../../src/program/plan.ts'
import { STREAM } from '../../src/random/streams.ts'
import { localTrainer } from './local.ts'
import { page } from './scalar-page.ts'

const BLOCKS = 64
const quadratic = { runningCost: 'dot(x, x) + dot(a, a)' }
const plane: Partial<ControlDefinition> = { ...quadratic, settings: { dim: 2, horizon: 1 } }

const pages: [string, ControlDefinition, number][] = [
  ['noise of its own, correlated', page({ ...plane, drift: 'a', diffusion: '0.5', correlation: 0.6 }), 0.01],
  ['noise of the state', page({ ...plane, drift: 'a', diffusion: 'x / 2' }), 0.01],
  [
    'noise of the control',
    page({ ...plane, drift: '0.5 * a', diffusion: '[[a[1], x[2]], [0.3, a[2]]]' }),
    0.01,
  ],
  [
    'decisions',
    page({
      ...plane,
      drift: undefined,
      diffusion: undefined,
      transition: '0.9 * x + (1 + a) * w / 2',
      steps: 5,
    }),
    0.01,
  ],
  [
    'a value that is not quadratic',
    page({ ...plane, drift: 'sin(x) + a', diffusion: '1', terminalCost: 'sum(abs(x))' }),
    0.3,
  ],
]

it.each(pages)('leaves the mean as it is: %s', async (_, problem, share) => {
  const { context, problem: compiled, plan, trainer } = await localTrainer(problem, { kernel: 'simd' })
  trainer.prepare()
  const { rollout } = trainer
  fitAdjoint(context, plan, rollout, 3)
  const variate = new Martingale(context, compiled, plan, rollout)
  const [costs, sums]: number[][] = [[], []]
  for (let block = 0; block < BLOCKS; block++) {
    variate.forward(STREAM.estimate, 0, block * BLOCK_ROWS, BLOCK_ROWS)
    const { doubles } = context.views
    costs.push(...doubles.subarray(rollout.buffers.cost, rollout.buffers.cost + BLOCK_ROWS))
    sums.push(...doubles.subarray(variate.sums, variate.sums + BLOCK_ROWS))
  }
  const whole = moments(sums)
  expect(Math.abs(whole.mean)).toBeLessThan(4 * Math.sqrt(whole.variance / sums.length))
  const left = moments(costs.map((cost, p) => cost - sums[p]))
  expect(left.variance).toBeLessThan(share * moments(costs).variance)
})

function moments(values: number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) }
}
