/**
 * Each phase of a training iteration beside what its arithmetic, its random numbers and its bytes need at the least, from one dimension to
 * ten thousand; whole iterations by workers; and the start of Node. What the machine gives is measured in the same run.
 */
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { solve } from '../src/entry/solve.ts'
import { chooseKernel, compileKernels, instantiateKernels, RESERVED_BYTES } from '../src/kernels/loader.ts'
import { loadProblem } from '../src/page/catalog.ts'
import type { RunOptions } from '../src/solution/solution.ts'
import { solveLocally } from '../test/support/local-session.ts'
import { timed } from './commands.ts'
import { floorsOf, type Machine, NEAR_BYTES, operationsOf, PHASES, phaseOf, type Sizes } from './floors.ts'
import { profiled } from './profile.ts'
import { drawRoofline } from './roofline-picture.ts'
import { type BenchRow, timeCalls } from './suite.ts'

const DIMENSIONS = [1, 10, 100, 1000, 10_000]
const STEPS = 20
const BATCH = 64
/** Iterations in one dimension, and in ten thousand. */
const MOST_ITERATIONS = 400
const FEWEST_ITERATIONS = 16
const WIDEST = 4

export async function rooflineSuite(): Promise<BenchRow[]> {
  const machine = await measureMachine()
  const rows: BenchRow[] = [nodeRow(), await firstIterationRow()]
  for (const dim of DIMENSIONS) {
    rows.push(...(await phaseRows(usualRun(dim), machine)), ...(await workerRows(dim)))
  }
  rows.push(...(await phaseRows(PUBLISHED, machine)))
  drawRoofline(rows, new URL('./results/', import.meta.url))
  return rows
}

/** Node itself, without a line of ours. */
function nodeRow(): BenchRow {
  const times = Array.from({ length: 9 }, () => {
    const from = performance.now()
    spawnSync(process.execPath, ['-e', '0'])
    return performance.now() - from
  })
  return { name: 'start::node', medianNs: 1e6 * median(times), samples: times.length }
}

/** From the start of a command to the end of its first iteration, by what it says of its own times; its end counts as start. */
async function firstIterationRow(): Promise<BenchRow> {
  const times: number[] = []
  const cpu: number[] = []
  for (let k = 0; k < 9; k++) {
    const args = ['solve', 'hjb-lq', '--iterations', '1', '--paths', '2', '--json', '--history']
    const { stdout, elapsedMs: whole, cpuSeconds } = await timed(args)
    const { elapsedMs } = JSON.parse(stdout)
    times.push(whole - elapsedMs.total + elapsedMs.prepare + elapsedMs.train)
    cpu.push(cpuSeconds)
  }
  const figures = { cpuSeconds: median(cpu) }
  return { name: 'start::first iteration:problem=hjb-lq', medianNs: 1e6 * median(times), samples: 9, figures }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

/** What one thread of this machine does in a second at best: the rates that floors are reckoned with. */
async function measureMachine(): Promise<Machine> {
  const name = chooseKernel()
  const memory = new WebAssembly.Memory({ initial: 3072, maximum: 3072, shared: true })
  const kernels = instantiateKernels(name, await compileKernels(name), memory)
  // Beyond any cache.
  const size = 2 ** 24
  const [a, b] = [RESERVED_BYTES / 4, RESERVED_BYTES / 4 + size]
  const c = b + 2 ** 18
  const [product, normals, adam, near, far] = await timeCalls([
    { name: 'product', call: () => kernels.gemmNN(c, a, b, 66, 112, 112, 0) },
    { name: 'normals', call: () => kernels.normals(a, 64, 100, 1, 1, 1, 1, 1, 1) },
    { name: 'adam', call: () => kernels.adam(a, b, c, c + 2 ** 14, 8192, 0, 0.9, 0.999, 1e-8, 1, 1) },
    { name: 'near', call: () => kernels.blend(a, b, 0.5, 0.5, 1, NEAR_BYTES) },
    { name: 'far', call: () => kernels.blend(a, b, 0.5, 0.5, 1, size) },
  ])
  return {
    flopsPerNs: (2 * 66 * 112 * 112) / product.medianNs,
    nsPerNormal: normals.medianNs / 6400,
    nsPerParameter: adam.medianNs / 8192,
    // Two arrays are read, one is written.
    nearBytesPerNs: (12 * NEAR_BYTES) / near.medianNs,
    farBytesPerNs: (12 * size) / far.medianNs,
    products: new Set(
      [kernels.gemmNN, kernels.gemmTN, kernels.gemmNT].map(({ name: index }) => `wasm-function[${index}]`),
    ),
  }
}

/** What is profiled: its options beside those that all have, and what its floors are reckoned from. */
interface ProfiledRun {
  name: string
  options: RunOptions
  sizes: Sizes
}

function usualRun(dim: number): ProfiledRun {
  return { name: '', options: { steps: STEPS, batchSize: BATCH }, sizes: sizesOf(dim) }
}

const PUBLISHED: ProfiledRun = {
  name: 'run=published,',
  options: { preset: 'published' },
  sizes: { dim: 100, width: 110, steps: STEPS, batch: BATCH, isPublished: true },
}

async function phaseRows({ name, options, sizes }: ProfiledRun, machine: Machine): Promise<BenchRow[]> {
  const { dim } = sizes
  const iterations = Math.max(FEWEST_ITERATIONS, Math.min(MOST_ITERATIONS, Math.round(40_000 / dim)))
  const train = async (count: number) =>
    solveLocally(await loadProblem('hjb-lq'), {
      settings: { dim },
      kernel: chooseKernel(),
      schedule: 'constant',
      iterations: count,
      paths: 2,
      ...options,
    })
  // The first run warms what the second is measured with.
  await train(FEWEST_ITERATIONS)
  const [before, startedAt] = [process.threadCpuUsage(), performance.now()]
  const { result, tree } = await profiled(() => train(iterations))
  const { user, system } = process.threadCpuUsage(before)
  // Of the time by the clock, what this thread had: another program's share is no time of ours.
  const had = Math.min(1, (user + system) / 1000 / (performance.now() - startedAt))
  const { elapsedMs } = result.history
  const iterationNs = (1e6 * had * elapsedMs[iterations - 1]) / iterations
  const samples = tree.samplesBy(phaseOf)
  const all = PHASES.reduce((sum, phase) => sum + (samples.get(phase) ?? 0), 0)
  const floors = floorsOf(sizes, machine)
  const phases = PHASES.map((phase) => {
    const share = (samples.get(phase) ?? 0) / all
    const floorNs = floors[phase]
    const medianNs = share * iterationNs
    const figures = { share, ...(floorNs > 0 && { floorUs: floorNs / 1000, timesFloor: medianNs / floorNs }) }
    return { name: nameOf(dim, `${name}phase=${phase}`), medianNs, samples: samples.get(phase) ?? 0, figures }
  })
  const { forward, backward } = operationsOf(sizes)
  const gflops = (forward + backward) / iterationNs
  const inProducts = tree.samplesBy((frame, outer) => {
    if (outer !== null) return machine.products.has(frame.functionName) ? 'products' : null
    return phaseOf(frame, null)
  })
  const figures = { gflops, productShare: (inProducts.get('products') ?? 0) / all }
  return [
    ...phases,
    { name: nameOf(dim, `${name}iteration`), medianNs: iterationNs, samples: iterations, figures },
  ]
}

/** The default networks, as `defaults.ts` has them. */
function sizesOf(dim: number): Sizes {
  const width =
    dim > 512 ? Math.max(WIDEST, Math.round(64 * (512 / dim) ** 2)) : Math.max(32, Math.min(64, dim + 10))
  return { dim, width, steps: STEPS, batch: BATCH }
}

/** Median time of an iteration by workers: what they save, and what barriers cost. */
async function workerRows(dim: number): Promise<BenchRow[]> {
  const counts = [...new Set([1, 2, availableParallelism()])]
  const iterations = Math.max(FEWEST_ITERATIONS, Math.min(MOST_ITERATIONS, Math.round(20_000 / dim)))
  const rows: BenchRow[] = []
  for (const workers of counts) {
    const options = { schedule: 'constant', iterations, steps: STEPS, batchSize: BATCH, paths: 2 } as const
    const { history } = await solve('hjb-lq', { settings: { dim }, ...options, workers })
    const laps = history.elapsedMs
      .slice(iterations >> 1)
      .map((ms, k) => ms - history.elapsedMs[(iterations >> 1) + k - 1])
    const medianNs = 1e6 * median(laps)
    const figures = { speedup: (rows[0]?.medianNs ?? medianNs) / medianNs }
    rows.push({ name: nameOf(dim, `workers=${workers}`), medianNs, samples: laps.length, figures })
  }
  return rows
}

function nameOf(dim: number, what: string): string {
  return `roofline::${chooseKernel()}:problem=hjb-lq,d=${dim},${what}`
}
