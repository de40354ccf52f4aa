/** Adam against the paper's algorithm written out in double precision. */
import { describe, expect, it } from 'vitest'
import { adamStep } from '../../src/optimizer/adam.ts'
import { seededRandom } from '../../src/problem/sample.ts'
import { between, kernelNames, openWorkspace } from '../support/workspace.ts'

const COUNT = 12
const STEPS = 200
const RATE = 0.01

/** Algorithm 1 of Kingma and Ba (2015), with its own constants. */
function plainAdam(theta: number[], gradients: number[][], rate: number): number[] {
  const m = theta.map(() => 0)
  const v = theta.map(() => 0)
  return gradients.reduce(
    (point, gradient, k) =>
      point.map((value, i) => {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i]
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] ** 2
        const [first, second] = [m[i] / (1 - 0.9 ** (k + 1)), v[i] / (1 - 0.999 ** (k + 1))]
        return value - (rate * first) / (Math.sqrt(second) + 1e-8)
      }),
    theta,
  )
}

async function openAdam(kernel: (typeof kernelNames)[number]) {
  const { context, plan } = await openWorkspace(kernel, (arena) => ({
    theta: arena.floats(COUNT),
    gradients: arena.floats(COUNT),
    first: arena.floats(COUNT),
    second: arena.floats(COUNT),
  }))
  const { floats } = context.views
  const step = (gradient: number[], rate: number, iteration: number) => {
    floats.set(gradient, plan.gradients)
    adamStep(context.kernels, plan.theta, plan.gradients, plan.first, plan.second, COUNT, rate, iteration)
  }
  return { floats, theta: floats.subarray(plan.theta, plan.theta + COUNT), step }
}

describe.each(kernelNames)('Adam on %s', (kernel) => {
  it('is the algorithm of the paper', async () => {
    const random = seededRandom(1)
    const start = Array.from({ length: COUNT }, between(random, -1, 1)).map(Math.fround)
    // Sizes from 1e-4 to 1e4: the step does not depend on the gradient's scale.
    const gradients = Array.from({ length: STEPS }, () =>
      start.map((_, i) => Math.fround(10 ** ((i % 9) - 4) * between(random, -1, 1.5)())),
    )
    const { theta, step } = await openAdam(kernel)
    theta.set(start)
    gradients.forEach((gradient, k) => {
      step(gradient, RATE, k)
    })
    const expected = plainAdam(start, gradients, RATE)
    // Each of 200 steps rounds θ at 2⁻²⁵ and its own length, at most 0.01, by a few 2⁻²⁴.
    theta.forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(STEPS * (2 ** -25 * 3 + 0.01 * 4 * 2 ** -24))
    })
  })

  it('takes a first step of its rate against the gradient’s sign', async () => {
    const { theta, step } = await openAdam(kernel)
    step(
      Array.from({ length: COUNT }, (_, i) => (i % 2 === 0 ? 3 : -0.01)),
      RATE,
      0,
    )
    theta.forEach((value, i) => {
      expect(value).toBeCloseTo(i % 2 === 0 ? -RATE : RATE, 7)
    })
  })

  it('stays where the gradient is zero', async () => {
    const { theta, step } = await openAdam(kernel)
    step(Array(COUNT).fill(0), RATE, 0)
    expect([...theta]).toEqual(Array(COUNT).fill(0))
  })
})
