/**
 * The kernels of every back end that this runtime can run, one thread. `node bench/kernels.ts [part of a name]` prints.
 */

import { ACTIVATION, type KernelName, type Kernels } from '../src/kernels/interface.ts'
import {
  compileKernels,
  instantiateKernels,
  RESERVED_BYTES,
  supportedKernels,
} from '../src/kernels/loader.ts'
import { padded } from '../src/memory/rows.ts'
import { doublesOver } from '../src/memory/views.ts'
import { type BenchRow, formatRow, type TimedCall, timeCalls } from './suite.ts'

const PAGES = 1024

/** [m, k, n]: a hidden layer of the paper's networks at two batches, its ends, odd and thin shapes, wide layers. */
const PRODUCTS: [number, number, number][] = [
  [64, 110, 110],
  [256, 110, 110],
  [1024, 110, 110],
  [64, 100, 110],
  [64, 110, 100],
  [64, 20, 20],
  [64, 1, 32],
  [64, 32, 1],
  [256, 130, 130],
  [64, 1000, 1000],
  [4, 512, 512],
]

class Arena {
  private next = RESERVED_BYTES / 4
  private readonly floats: Float32Array

  constructor(memory: WebAssembly.Memory) {
    this.floats = new Float32Array(memory.buffer)
  }

  reset(): void {
    this.next = RESERVED_BYTES / 4
  }

  matrix(rows: number, cols: number): number {
    const [at, stride] = [this.next, padded(cols)]
    this.next += rows * stride
    for (let i = 0; i < rows * stride; i++) {
      // Small and never denormal, so that accumulating and repeating stay in the ordinary range.
      this.floats[at + i] = i % stride < cols ? 0.01 + ((i * 7919) % 1000) / 1e4 : 0
    }
    return at
  }
}

function productCalls(name: KernelName, kernels: Kernels, arena: Arena): TimedCall[] {
  return PRODUCTS.flatMap(([m, k, n]) => {
    arena.reset()
    const [a, b, c] = [arena.matrix(m, k), arena.matrix(k, n), arena.matrix(m, n)]
    const [a2, b2, c2] = [arena.matrix(m, k), arena.matrix(k, n), arena.matrix(m, n)]
    const scratch = arena.matrix(n, k)
    const figures = (ns: number) => ({ gflops: (2 * m * k * n) / ns })
    const size = `${name}:m=${m},k=${k},n=${n}`
    return [
      { name: `gemmNN::${size}`, figures, call: () => kernels.gemmNN(c2, a, b, m, k, n, 0) },
      { name: `gemmTN::${size}`, figures, call: () => kernels.gemmTN(b2, a, c, m, k, n, 0) },
      { name: `gemmNT::${size}`, figures, call: () => kernels.gemmNT(a2, c, b, m, k, n, 0, scratch) },
    ]
  })
}

function elementCalls(name: KernelName, kernels: Kernels, arena: Arena, m: number, n: number): TimedCall[] {
  arena.reset()
  const [x, y, z] = [arena.matrix(m, n), arena.matrix(m, n), arena.matrix(m, n)]
  const [u, v, w] = [arena.matrix(1, n), arena.matrix(1, n), arena.matrix(1, n)]
  const [mean, inverse] = [arena.matrix(1, n), arena.matrix(1, n)]
  const [p, q] = [arena.matrix(2, m), arena.matrix(2, m)].map(doublesOver)
  const figures = (ns: number) => ({ nsPerElement: ns / (m * n) })
  const calls: [string, () => void][] = [
    ['normals', () => kernels.normals(z, m, n, 1, 1, 2, 3, 4, 5)],
    ...Object.entries(ACTIVATION).flatMap(([label, code]): [string, () => void][] => [
      // The bias is swept in with fresh inputs: a value fed to itself would run off to the ends of the range.
      [
        `biasActivation-${label}`,
        () => {
          kernels.scaleShift(z, x, u, v, m, n)
          kernels.biasActivation(z, w, m, n, code)
        },
      ],
      [`activationBackward-${label}`, () => kernels.activationBackward(y, x, m, n, code)],
    ]),
    ['columnSum', () => kernels.columnSum(u, x, m, n, 0)],
    ['batchNorm', () => kernels.batchNorm(z, y, mean, inverse, x, u, v, m, n, 1e-6)],
    [
      'batchNormBackward',
      () => {
        kernels.scaleShift(z, x, u, v, m, n)
        kernels.batchNormBackward(z, mean, inverse, y, u, v, m, n)
      },
    ],
    ['scaleShift', () => kernels.scaleShift(z, x, u, v, m, n)],
    ['addScaled', () => kernels.addScaled(z, x, u, m, n)],
    ['linearOutput', () => kernels.linearOutput(z, u, x, v, 0.5, y, w, m, n)],
    ['linearOutputBackward', () => kernels.linearOutputBackward(z, u, x, v, 1, y, w, m, n)],
    ['affineStep', () => kernels.affineStep(z, x, y, u, v, w, m, n)],
    ['geometricStep', () => kernels.geometricStep(z, x, y, u, v, m, n)],
    ['rowDot', () => kernels.rowDot(p, x, y, m, n)],
    ['rowCombine', () => kernels.rowCombine(z, x, p, y, q, m, n)],
  ]
  return calls.map(([label, call]) => ({ name: `${label}::${name}:rows=${m},n=${n}`, call, figures }))
}

function flatCalls(name: KernelName, kernels: Kernels, arena: Arena, count: number): TimedCall[] {
  arena.reset()
  const [theta, g, m, v] = [1, 2, 3, 4].map(() => arena.matrix(1, count))
  const figures = (ns: number) => ({ nsPerElement: ns / count })
  return [
    {
      name: `adam::${name}:count=${count}`,
      call: () => kernels.adam(theta, g, m, v, count, 1e-9, 0.9, 0.999, 1e-8, 1.1, 2),
      figures,
    },
    { name: `blend::${name}:count=${count}`, call: () => kernels.blend(m, g, 0.9, 0.1, 1, count), figures },
    { name: `add::${name}:count=${count}`, call: () => kernels.add(m, theta, 1, count), figures },
  ]
}

/** Every kernel of every back end that the filter lets through. */
export async function kernelSuite(filter: (name: string) => boolean = () => true): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const name of supportedKernels()) {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true })
    const kernels = instantiateKernels(name, await compileKernels(name), memory)
    const arena = new Arena(memory)
    const groups = [
      ...productCalls(name, kernels, arena),
      ...elementCalls(name, kernels, arena, 64, 100),
      ...elementCalls(name, kernels, arena, 64, 1),
      ...flatCalls(name, kernels, arena, 12_320),
      ...flatCalls(name, kernels, arena, 1_232_000),
    ]
    rows.push(...(await timeCalls(groups.filter((call) => filter(call.name)))))
  }
  return rows
}

if (process.argv[1] === import.meta.filename) {
  const part = process.argv[2] ?? ''
  for (const row of await kernelSuite((name) => name.includes(part)))
    process.stdout.write(`${formatRow(row)}\n`)
}
