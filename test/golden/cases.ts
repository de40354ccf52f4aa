/** What the golden file is made of: runs far too short to be right, of everything that the package can run. */

import type { SolveOptions } from '../../src/entry/solve.ts'
import type { KernelName } from '../../src/kernels/interface.ts'
import { loadProblems } from '../support/problems.ts'

export interface GoldenCase {
  name: string
  problem: string
  options: SolveOptions
  /** Points that the saved model is asked for afterwards. */
  evaluate?: number[][]
}

/** Pages of more components are taken in this dimension. */
const DIM = 3
/** Two assets, each with a position and a price. */
const OWN_DIMS: Record<string, number> = {
  'cart-pole': 4,
  'cart-pole-swing-up': 4,
  'double-pendulum': 4,
  'optimal-execution': 4,
  'oscillator-chain': 4,
  'planar-quadrotor': 6,
}

/** Few steps are too long for a plant over its own horizon, and its programme looks at every one of its steps. */
const HORIZONS: Record<string, number> = {
  'cart-pole': 0.2,
  'cart-pole-swing-up': 0.2,
  'double-pendulum': 0.1,
  'merton-consumption': 1,
  'merton-habit': 0.5,
  'oscillator-chain': 0.5,
  pendulum: 0.2,
  'planar-quadrotor': 0.2,
}

const TRAINED: SolveOptions = { steps: 4, batchSize: 16, iterations: 6, hidden: [8], paths: 64 }
const PICARD: SolveOptions = { method: 'multilevel-picard', levels: 2, base: 2, repetitions: 4 }
const STOPPING: SolveOptions = { batchSize: 512, paths: 256 }
const MONTE_CARLO: SolveOptions = { method: 'monte-carlo', paths: 256 }
const LINEAR = ['black-scholes-call', 'geometric-asian', 'heat', 'heston', 'vasicek-bond']
const POLICY: SolveOptions = { batchSize: 16, iterations: 6, hidden: [8], paths: 64 }

/** Their own steps are hundreds. */
const PLANTS = new Set([...Object.keys(HORIZONS), 'dubins-car'])

/** Each kernel beside the plain one, on a page of Brownian and one of geometric paths, and on a control problem. */
const KERNEL_PAGES: [string, SolveOptions][] = [
  ['hjb-lq', TRAINED],
  ['black-scholes-default-risk', TRAINED],
  ['lqr', POLICY],
]

/** What a run may be asked for beside the plain value. */
const VARIANTS: [string, string, SolveOptions][] = [
  ['region', 'hjb-lq', { ...TRAINED, region: 'box:-1..1' }],
  ['region of a normal law', 'black-scholes-call', { ...TRAINED, region: 'normal:100,10' }],
  ['bounds', 'hjb-lq', { ...TRAINED, bounds: true }],
  ['bounds of a split driver', 'allen-cahn', { ...TRAINED, bounds: true }],
  ['bounds', 'lqr', { ...POLICY, bounds: true }],
  ['bounds', 'merton-power', { ...POLICY, bounds: true }],
  ['scheme euler', 'hjb-lq', { ...TRAINED, scheme: 'euler' }],
  ['scheme euler', 'lqr', { ...POLICY, scheme: 'euler' }],
  ['preset published', 'hjb-lq', { preset: 'published', steps: 4, batchSize: 16, iterations: 6, paths: 64 }],
  ['batch normalisation', 'allen-cahn', { ...TRAINED, batchNorm: true }],
  ['random features', 'hjb-lq', { ...TRAINED, family: 'random-features' }],
  ['no skips', 'hjb-lq', { ...TRAINED, skips: 'none' }],
  ['shared network', 'lqr', { ...POLICY, sharedNetwork: true }],
  ['a fitted value and martingale', 'burgers-type', { ...TRAINED, paths: 2100 }],
  ['deep-bsde', 'hjb-lq-control', { ...TRAINED, method: 'deep-bsde' }],
  ['multilevel-picard', 'hjb-lq-control', PICARD],
]

/** @param kernels those that this machine has */
export async function goldenCases(kernels: readonly KernelName[]): Promise<GoldenCase[]> {
  const equations = await loadProblems('equation')
  const controls = await loadProblems('control')
  const stops = await loadProblems('stopping')
  const dims = new Map([...equations, ...controls, ...stops].map(({ id, settings }) => [id, settings.dim]))
  const golden = (name: string, problem: string, options: SolveOptions): GoldenCase => ({
    name,
    problem,
    options: {
      kernel: 'reference',
      ...options,
      workers: 1,
      settings: {
        ...(dims.get(problem)! > DIM && { dim: OWN_DIMS[problem] ?? DIM }),
        ...(problem in HORIZONS && { horizon: HORIZONS[problem] }),
      },
    },
  })
  return [
    ...equations.map(({ id }) => golden(`${id}, deep-bsde`, id, TRAINED)),
    ...equations.map(({ id }) => golden(`${id}, multilevel-picard`, id, PICARD)),
    ...controls.map(({ id }) =>
      golden(`${id}, policy`, id, { ...POLICY, ...(PLANTS.has(id) && { steps: 4 }) }),
    ),
    ...stops.map(({ id }) => golden(`${id}, stopping`, id, STOPPING)),
    ...LINEAR.map((id) => golden(`${id}, monte-carlo`, id, MONTE_CARLO)),
    ...VARIANTS.map(([name, id, options]) => golden(`${id}, ${name}`, id, options)),
    { ...golden('hjb-lq, the saved model', 'hjb-lq', TRAINED), evaluate: [[0.1, -0.2, 0.3]] },
    ...kernels
      .filter((kernel) => kernel !== 'reference')
      .flatMap((kernel) =>
        KERNEL_PAGES.map(([id, options]) => golden(`${id}, kernel ${kernel}`, id, { ...options, kernel })),
      ),
  ]
}
