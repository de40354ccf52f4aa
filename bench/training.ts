/** One training iteration, all included, and what share of it is matrix products. */

import { solve } from '../src/entry/solve.ts'
import type { KernelName, Kernels } from '../src/kernels/interface.ts'
import { chooseKernel, compileKernels, instantiateKernels, RESERVED_BYTES } from '../src/kernels/loader.ts'
import { padded } from '../src/memory/rows.ts'
import type { RunOptions } from '../src/solution/solution.ts'
import { type BenchRow, timeCalls } from './suite.ts'

const DIM = 100
const HIDDEN = 110
const BATCH = 64
const NETWORKS = 19
/** Iterations that the machine warms up in, and those that are counted. */
const WARM_UP = 60
const COUNTED = 200

/** The published network, with its own batch normalisation, and without, as the solver runs it. */
const RUNS: Record<string, RunOptions> = {
  published: { preset: 'published' },
  plain: { hidden: [HIDDEN, HIDDEN], batchSize: BATCH, steps: 20, schedule: 'constant' },
  default: { schedule: 'constant' },
}

export async function trainingSuite(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  const kernel = chooseKernel()
  const products = await productsOfAnIteration(kernel)
  rows.push(products)
  for (const [name, options] of Object.entries(RUNS)) {
    const [one, two] = [await iterationMs(options, 1), await iterationMs(options, 2)]
    const label = `iteration::${kernel}:problem=hjb-lq,run=${name}`
    const share = { share: products.medianNs / 1e6 / one }
    rows.push({
      name: `${label},workers=1`,
      medianNs: one * 1e6,
      samples: COUNTED,
      figures: name === 'default' ? {} : { productShare: share.share },
    })
    rows.push({
      name: `${label},workers=2`,
      medianNs: two * 1e6,
      samples: COUNTED,
      figures: { speedup: one / two },
    })
  }
  return rows
}

/** Median milliseconds between iterations, from the run's own clock. */
async function iterationMs(options: RunOptions, workers: number): Promise<number> {
  const iterations = WARM_UP + COUNTED
  const { history } = await solve('hjb-lq', { ...options, workers, iterations, paths: 256 })
  const laps = history.elapsedMs
    .slice(WARM_UP)
    .map((elapsed, k) => elapsed - history.elapsedMs[WARM_UP + k - 1])
  laps.sort((a, b) => a - b)
  return laps[Math.floor(laps.length / 2)]
}

/** All matrix products of one iteration of 19 networks 100-110-110-100 on one thread. */
async function productsOfAnIteration(name: KernelName): Promise<BenchRow> {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true })
  const kernels = instantiateKernels(name, await compileKernels(name), memory)
  const call = () => {
    for (let n = 0; n < NETWORKS; n++) networkProducts(kernels)
  }
  const [row] = await timeCalls([{ name: `products::${name}:networks=19,m=64,layers=100-110-110-100`, call }])
  return { ...row, figures: { gflops: (NETWORKS * flops()) / row.medianNs } }
}

const LAYERS: [number, number][] = [
  [DIM, HIDDEN],
  [HIDDEN, HIDDEN],
  [HIDDEN, DIM],
]

function networkProducts(kernels: Kernels): void {
  const size = 256 * 256
  const [a, b, c, scratch] = [0, 1, 2, 3].map((k) => RESERVED_BYTES / 4 + k * size)
  for (const [k, n] of LAYERS) kernels.gemmNN(c, a, b, BATCH, k, n, 0)
  for (const [k, n] of LAYERS) kernels.gemmTN(b, a, c, BATCH, k, n, 0)
  for (const [k, n] of LAYERS.slice(1)) kernels.gemmNT(a, c, b, BATCH, k, n, 0, scratch)
}

function flops(): number {
  const products = (layers: [number, number][]) =>
    layers.reduce((sum, [k, n]) => sum + 2 * BATCH * k * padded(n), 0)
  return 2 * products(LAYERS) + products(LAYERS.slice(1))
}
