/**
 * Runs a compiled back end beside the reference on two copies of one memory. Arrays lie between guards of random
 * numbers, and all that a case does not name as output must come back bit for bit, so that a stray write is seen.
 */

import { expect } from 'vitest'
import type { KernelName, Kernels } from '../../src/kernels/interface.ts'
import {
  compileKernels,
  instantiateKernels,
  RESERVED_BYTES,
  supportedKernels,
} from '../../src/kernels/loader.ts'
import { padded } from '../../src/memory/rows.ts'

const PAGES = 256
const GUARD_FLOATS = 16

/** `simd` and `fma`, or what of them this runtime can run. */
export const compiledNames: KernelName[] = supportedKernels().filter((name) => name !== 'reference')

export interface Workbench {
  name: KernelName
  kernels: Kernels
  memory: WebAssembly.Memory
  floats: Float32Array
  doubles: Float64Array
  words: Uint32Array
}

/** `isWide` as in `compileKernels`. */
export async function openWorkbench(name: KernelName, isWide?: boolean): Promise<Workbench> {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true })
  const kernels = instantiateKernels(name, await compileKernels(name, isWide), memory)
  return {
    name,
    kernels,
    memory,
    floats: new Float32Array(memory.buffer),
    doubles: new Float64Array(memory.buffer),
    words: new Uint32Array(memory.buffer),
  }
}

/** A small generator of uniform numbers in [0, 1), for inputs only (mulberry32). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** In bytes; cases see indices of elements. */
interface Region {
  offset: number
  bytes: number
  isDouble: boolean
}

/** Lays out the arrays of one case. The same seed gives the same layout and numbers on every workbench. */
export class Layout {
  readonly regions = new Map<number, Region>()
  private next = RESERVED_BYTES
  private readonly random: () => number
  private readonly bench: Workbench

  constructor(bench: Workbench, seed: number) {
    this.bench = bench
    this.random = uniforms(seed)
    this.guard()
  }

  get end(): number {
    return this.next
  }

  /** A matrix of numbers in [low, high), its padding zero. */
  matrix(rows: number, cols: number, low = -1, high = 1): number {
    const stride = padded(cols)
    const offset = this.take(rows * stride * 4, false)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < stride; j++) {
        this.bench.floats[(offset >>> 2) + i * stride + j] = j < cols ? low + (high - low) * this.random() : 0
      }
    }
    return offset >>> 2
  }

  vector(n: number, low = -1, high = 1): number {
    return this.matrix(1, n, low, high)
  }

  doubles(n: number): number {
    const offset = this.take(n * 8, true)
    for (let i = 0; i < n; i++) this.bench.doubles[(offset >>> 3) + i] = 2 * this.random() - 1
    return offset >>> 3
  }

  /** Garbage, to be written or used as scratch. */
  space(floats: number): number {
    const offset = this.take(floats * 4, false)
    for (let i = 0; i < floats; i++) this.bench.floats[(offset >>> 2) + i] = this.random()
    return offset >>> 2
  }

  private take(bytes: number, isDouble: boolean): number {
    const offset = this.next
    this.next += (bytes + 15) & ~15
    this.bench.words.fill(0, (offset + bytes) >>> 2, this.next >>> 2)
    this.regions.set(offset, { offset, bytes, isDouble })
    this.guard()
    if (this.next > this.bench.memory.buffer.byteLength)
      throw new Error('test: memory of the workbench is too small')
    return offset
  }

  private guard(): void {
    for (let i = 0; i < GUARD_FLOATS; i++) this.bench.floats[(this.next >>> 2) + i] = this.random()
    this.next += GUARD_FLOATS * 4
  }
}

/** What a case does once its arrays are laid out. */
export interface Case {
  call: (kernels: Kernels) => void
  /** Where the arrays are that may change, each with its tolerance per element: absolute + relative·|expected|. */
  outputs: { at: number; cols?: number; absolute: number; relative?: number; isDouble?: true }[]
  /** Where arrays of floats are whose content after the call is nobody's business. */
  scratch?: number[]
}

/** Runs the case on both workbenches and compares. */
export function compare(
  reference: Workbench,
  candidate: Workbench,
  seed: number,
  build: (layout: Layout) => Case,
): void {
  const expected = new Layout(reference, seed)
  const expectedCase = build(expected)
  const actual = new Layout(candidate, seed)
  const actualCase = build(actual)
  expectedCase.call(reference.kernels)
  actualCase.call(candidate.kernels)

  const free = new Set(actualCase.scratch?.map((at) => at << 2))
  const tolerances = new Map(
    actualCase.outputs.map((output) => [output.at << (output.isDouble ? 3 : 2), output]),
  )
  const isChecked = new Uint8Array(actual.end >>> 2)
  for (const region of actual.regions.values()) {
    const output = tolerances.get(region.offset)
    if (output === undefined && !free.has(region.offset)) continue
    isChecked.fill(1, region.offset >>> 2, (region.offset + region.bytes) >>> 2)
    if (output === undefined) continue
    const shift = region.isDouble ? 3 : 2
    const [want, got] = region.isDouble
      ? [reference.doubles, candidate.doubles]
      : [reference.floats, candidate.floats]
    for (let i = region.offset >>> shift; i < (region.offset + region.bytes) >>> shift; i++) {
      const isClose =
        Math.abs(got[i] - want[i]) <= output.absolute + (output.relative ?? 0) * Math.abs(want[i])
      if (isClose || Object.is(got[i], want[i])) continue
      const place = i - (region.offset >>> shift)
      expect.fail(
        `${candidate.name}: element ${place} of the array at ${region.offset}: ${got[i]}, not ${want[i]}`,
      )
    }
    if (output.cols !== undefined) expectZeroPadding(candidate, region, output.cols)
  }
  for (let i = RESERVED_BYTES >>> 2; i < isChecked.length; i++) {
    if (!isChecked[i] && reference.words[i] !== candidate.words[i]) {
      expect.fail(`${candidate.name}: byte ${i * 4} was overwritten`)
    }
  }
}

function expectZeroPadding(bench: Workbench, region: Region, cols: number): void {
  const stride = padded(cols)
  for (let i = 0; i < region.bytes / 4; i++) {
    const value = bench.floats[(region.offset >>> 2) + i]
    if (i % stride >= cols && value !== 0) expect.fail(`${bench.name}: padding holds ${value}`)
  }
}

/** The bits of `count` words from an index on. */
export function bitsAt(bench: Workbench, at: number, count: number): Uint32Array {
  return bench.words.slice(at, at + count)
}
