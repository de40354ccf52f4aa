/** A sweep over a batch whose X, ΔW and Z are given numbers, so that each of them can be moved. */

import { STATE } from '../../src/fields/state.ts'
import type { KernelName } from '../../src/kernels/interface.ts'
import { padded } from '../../src/memory/rows.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { bindFunctions } from '../../src/problem/runtime.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { EulerSweep } from '../../src/training/euler-sweep.ts'
import type { TrainingOptions } from '../../src/training/options.ts'
import { planTraining, type TrainingPlan } from '../../src/training/plan.ts'
import { openWorkspace, readMatrix } from '../support/workspace.ts'

export const STEPS = 5

/** Two states, three noises: every index has a length of its own. */
export const page: ProblemDefinition = {
  id: 'page',
  title: '',
  source: '',
  group: '',
  settings: { dim: 2, horizon: 1 },
  x0: 0.5,
  noiseDim: 3,
  drift: '0',
  diffusion: '[[1, 0.5, 0], [0, 1, -0.5]]',
  driver: '0',
  terminal: 'sin(x[1]) + x[1] * x[2]',
}

export type InitialValue = TrainingOptions['initialValue']

function trainingOptions(batchSize: number, initialValue: InitialValue): TrainingOptions {
  return {
    steps: STEPS,
    batchSize,
    iterations: 1,
    schedule: { name: 'constant', rate: 0.01, warmup: 0 },
    network: { family: 'multilayer', hidden: [4], activation: 'tanh', batchNorm: false, linearSkip: 'none' },
    initialValue,
    initialRange: null,
    standardise: true,
    terminalSkip: false,
    pathwiseIterations: 0,
    networkRate: 1,
  }
}

export interface SweepBench {
  problem: CompiledProblem
  plan: TrainingPlan
  floats: Float32Array
  doubles: Float64Array
  rows: number
  sweep: EulerSweep
  /** Sets Y₀ of every row, and runs the sweep forward. */
  forward(y0: number): void
  /** Float64 words of the batch at a byte offset. */
  words(at: number): Float64Array
  /** [step][row][component] of a noise-shaped array. */
  noise(at: number): number[][][]
  /** Index into `floats` of a noise-shaped array. */
  index(at: number, n: number, row: number, component: number): number
}

/** Paths from the page's x0, moved by σΔW; Z standard normal. */
export async function openSweep(
  change: Partial<ProblemDefinition>,
  { rows = 6, seed = 1, kernel = 'reference' as KernelName, initialValue = 'residual' as InitialValue } = {},
): Promise<SweepBench> {
  const problem = await compileProblem({ ...page, ...change })
  const { dim, noiseDim, x0 } = problem
  const { context, plan } = await openWorkspace(kernel, (arena) =>
    planTraining(arena, problem, trainingOptions(rows, initialValue), { kind: 'point', x0 }, seed, 1),
  )
  const { floats, doubles } = context.views
  const functions = bindFunctions(problem, context.views)
  const random = seededRandom(seed)
  const index = (at: number, n: number, row: number, component: number) =>
    at + (n * rows + row) * padded(noiseDim) + component
  const state = (n: number, row: number) => plan.x + (n * rows + row) * padded(dim)
  for (let row = 0; row < rows; row++) {
    floats.set(x0, state(0, row))
    for (let n = 0; n < STEPS; n++) {
      const w = normalVector(random, noiseDim).map((value) => value * Math.sqrt(plan.grid.segments[0].dt))
      floats.set(w, index(plan.dW, n, row, 0))
      floats.set(normalVector(random, noiseDim), index(plan.z, n, row, 0))
      const [from, to] = [state(n, row), state(n + 1, row)]
      floats[to] = floats[from] + w[0] + 0.5 * w[1]
      floats[to + 1] = floats[from + 1] + w[1] - 0.5 * w[2]
    }
  }
  const { dependsOn } = problem.functions.driver
  const sweep = new EulerSweep(plan, functions, dependsOn, context.kernels, context.views)
  const words = (at: number) => doubles.subarray(at, at + rows)
  return {
    problem,
    plan,
    floats,
    doubles,
    rows,
    sweep,
    words,
    index,
    forward: (y0) => {
      doubles[plan.state + STATE.y0] = y0
      words(plan.y).fill(y0)
      sweep.forward(0, rows)
    },
    noise: (at) =>
      Array.from({ length: STEPS }, (_, n) =>
        readMatrix(floats, at + n * rows * padded(noiseDim), rows, noiseDim),
      ),
  }
}
