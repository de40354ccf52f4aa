/** Zₙ = unit·netₙ(x̂) + αₙ∘σᵀ∇g: its parts, and its gradients against central differences. */

import { describe, expect, it } from 'vitest'
import { bind } from '../../src/formulas/bind.ts'
import type { KernelName } from '../../src/kernels/interface.ts'
import type { Arena } from '../../src/memory/arena.ts'
import { padded } from '../../src/memory/rows.ts'
import {
  type GradientLayout,
  GradientNetwork,
  layoutGradient,
  networkParameters,
} from '../../src/networks/gradient-network.ts'
import { initialiseNetwork } from '../../src/networks/initialise.ts'
import { scratchFloats } from '../../src/networks/network.ts'
import type { NetworkSpecification } from '../../src/networks/specification.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { seededRandom } from '../../src/problem/sample.ts'
import { planGradientBuffers } from '../../src/training/batch.ts'
import { centralDifferences, expectDerivatives } from '../support/differences.ts'
import { between, fillMatrix, kernelNames, openWorkspace, readMatrix } from '../support/workspace.ts'
import { named, specifications } from './cases.ts'

const ROWS = 9
const UNIT = 0.7
const SEED = 1
/** As in backward.test.ts. */
const STEP = 2 ** -7
const TOLERANCE = 1e-3

/** Three states and two noises through a dense σ: every shape is another. */
const page: ProblemDefinition = {
  id: 'page',
  title: '',
  source: '',
  group: '',
  settings: { dim: 3, horizon: 1 },
  x0: 0,
  noiseDim: 2,
  drift: '0',
  diffusion: '[[1, 0.5], [0, 2], [0.3, -1]]',
  driver: '0',
  terminal: 'dot(x, x) / 2 + x[1] * x[3]',
}
/** As many noises as states, for the diagonal skip. */
const diagonalPage: ProblemDefinition = { ...page, noiseDim: undefined, diffusion: '[1, 2, 0.5]' }

function planStep(arena: Arena, layout: GradientLayout) {
  const { buffer, transposed } = scratchFloats(layout.network)
  return {
    theta: arena.floats(layout.parameters),
    gradients: arena.floats(layout.parameters),
    scale: arena.floats(padded(layout.dim)),
    shift: arena.floats(padded(layout.dim)),
    x: arena.floats(ROWS * padded(layout.dim)),
    z: arena.floats(ROWS * padded(layout.noiseDim)),
    dZ: arena.floats(ROWS * padded(layout.noiseDim)),
    buffers: planGradientBuffers(arena, layout, ROWS),
    first: arena.floats(buffer),
    second: arena.floats(buffer),
    transposed: arena.floats(transposed),
  }
}

async function openStep(
  kernel: KernelName,
  problem: CompiledProblem,
  specification: NetworkSpecification,
  terminalSkip: boolean,
  isStandardised = true,
) {
  const { dim, noiseDim } = problem
  const layout = layoutGradient(specification, dim, noiseDim, ROWS, terminalSkip)
  const { context, plan } = await openWorkspace(kernel, (arena) => planStep(arena, layout))
  const { floats } = context.views
  const terminalGradient = bind(problem.functions.terminalGradient, context.views)
  const network = new GradientNetwork(layout, terminalGradient, context.kernels, context.views)
  const random = seededRandom(SEED)
  fillMatrix(floats, plan.x, ROWS, dim, between(random, -1.5, 1.5))
  fillMatrix(floats, plan.scale, 1, dim, between(random, 0.5, 1.5))
  fillMatrix(floats, plan.shift, 1, dim, between(random, -0.5, 0.5))
  const own = networkParameters(layout, plan.theta)
  initialiseNetwork(floats, own, layout.network, SEED, 0, false)
  fillMatrix(floats, plan.theta, 1, terminalSkip ? noiseDim : 0, between(random, -1, 1))
  const weights = Array.from({ length: ROWS * noiseDim }, between(random, -1, 1))
  const step = isStandardised ? plan : { theta: plan.theta, scale: 0, shift: 0 }
  const { x, z, dZ, buffers, gradients } = plan
  const run = (isTraining: boolean) => {
    network.forward(step, 1, x, ROWS, UNIT, buffers, z, isTraining)
    return readMatrix(floats, z, ROWS, noiseDim)
  }
  return {
    ...plan,
    layout,
    floats,
    own,
    run,
    loss: () =>
      run(true)
        .flat()
        .reduce((sum, value, i) => sum + value * weights[i], 0),
    backward: () => {
      run(true)
      const next = weights[Symbol.iterator]()
      fillMatrix(floats, dZ, ROWS, noiseDim, () => next.next().value as number)
      network.backward(step, x, ROWS, UNIT, buffers, dZ, gradients, plan)
    },
  }
}

const dense = await compileProblem(page)
const diagonal = await compileProblem(diagonalPage)
const problemOf = ({ linearSkip }: NetworkSpecification) => (linearSkip === 'diagonal' ? diagonal : dense)

const cases = specifications.flatMap((specification) =>
  [false, true].map((terminalSkip) => {
    const name = `${named(specification)}, terminal skip ${terminalSkip}`
    return [name, specification, terminalSkip] as const
  }),
)

describe.each(kernelNames)('gradients of a time step on %s', (kernel) => {
  it.each(cases)('%s', async (_, specification, terminalSkip) => {
    const bench = await openStep(kernel, problemOf(specification), specification, terminalSkip)
    const { layout, floats, gradients, theta } = bench
    bench.backward()
    const found = Float32Array.from(floats.subarray(gradients, gradients + layout.trainable))
    const difference = (i: number) => centralDifferences(floats, theta + i, STEP, () => bench.loss())
    expectDerivatives('θ', found, difference, TOLERANCE)
  })
})

describe('the parts of Zₙ', () => {
  const specification = specifications.find(({ family }) => family === 'multilayer')!
  const zero = (bench: Awaited<ReturnType<typeof openStep>>) =>
    bench.floats.fill(0, bench.own, bench.theta + bench.layout.parameters)

  it('are αₙ∘σᵀ∇g alone where the network is zero', async () => {
    const bench = await openStep('reference', dense, specification, true)
    zero(bench)
    const alpha = bench.floats.subarray(bench.theta, bench.theta + 2)
    const x = readMatrix(bench.floats, bench.x, ROWS, 3)
    bench.run(true).forEach((row, r) => {
      const [a, b, c] = x[r]
      const gradient = [a + c, b, c + a]
      expect(row[0]).toBeCloseTo(alpha[0] * (gradient[0] + 0.3 * gradient[2]), 5)
      expect(row[1]).toBeCloseTo(alpha[1] * (0.5 * gradient[0] + 2 * gradient[1] - gradient[2]), 5)
    })
  })

  it('are linear in the unit, and the network reads the standardised state where there is one', async () => {
    const bench = await openStep('reference', dense, { ...specification, linearSkip: 'dense' }, false)
    const { floats, layout, scale, shift } = bench
    zero(bench)
    const { skip } = layout.network
    floats.set([1, 2, 0, 0, -1, 0, 0, 0, 0.5, 3, 0, 0], bench.own + skip)
    const x = readMatrix(floats, bench.x, ROWS, 3)
    const standardised = (row: number[]) =>
      row.map((value, j) => floats[scale + j] * value + floats[shift + j])
    bench.run(true).forEach((row, r) => {
      const [a, b, c] = standardised(x[r])
      expect(row[0]).toBeCloseTo(UNIT * (a - b + 0.5 * c), 5)
      expect(row[1]).toBeCloseTo(UNIT * (2 * a + 3 * c), 5)
    })
    const raw = await openStep('reference', dense, { ...specification, linearSkip: 'dense' }, false, false)
    zero(raw)
    raw.floats.set([1, 2, 0, 0, -1, 0, 0, 0, 0.5, 3, 0, 0], raw.own + skip)
    raw.run(true).forEach((row, r) => {
      expect(row[0]).toBeCloseTo(UNIT * (x[r][0] - x[r][1] + 0.5 * x[r][2]), 5)
    })
  })

  it.each([false, true])('count the skips first (terminal skip %s)', async (terminalSkip) => {
    const { layout } = await openStep(
      'reference',
      diagonal,
      { ...specification, linearSkip: 'diagonal' },
      terminalSkip,
    )
    expect(layout.skips).toBe(terminalSkip ? 8 : 4)
    expect(layout.network.skip).toBe(0)
    expect(layout.trainable).toBe(layout.network.trainable + (terminalSkip ? 4 : 0))
    expect(layout.parameters).toBe(layout.network.parameters + (terminalSkip ? 4 : 0))
  })
})
