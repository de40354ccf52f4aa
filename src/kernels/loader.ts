/**
 * Chooses a back end, compiles it once on the main thread, and instantiates it over the shared memory in each worker.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import type { KernelName, Kernels } from './interface.ts'
import { createReferenceKernels } from './reference.ts'
import { canWiden, compileWide } from './wide.ts'

/**
 * Bytes at the start of the memory that belong to the WebAssembly modules: an arena starts here. The compiler leaves
 * 1024 bytes free, then come tables of constants; every instance writes the same bytes there.
 */
export const RESERVED_BYTES = 2048

/** What the WebAssembly modules export beside the interface. */
export interface CompiledKernels extends Kernels {
  /** The random words behind `normals`, unsigned 32-bit integers in the place of the floats: for the tests. */
  philoxWords(
    out: number,
    rows: number,
    n: number,
    seed: number,
    stream: number,
    iteration: number,
    firstPath: number,
    step: number,
  ): void
}

/** A function of type () → v128 around the given instructions: the least module that needs them. */
function probe(...instructions: number[]): Uint8Array<ArrayBuffer> {
  const body = [0, ...instructions, 0x0b]
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  const types = [1, 5, 1, 0x60, 0, 1, 0x7b]
  const functions = [3, 2, 1, 0]
  return Uint8Array.from([
    ...header,
    ...types,
    ...functions,
    ...[10, body.length + 2, 1, body.length],
    ...body,
  ])
}

/** i32.const 0; i32x4.splat */
const ZERO = [0x41, 0, 0xfd, 0x11]
const PROBES = {
  simd: probe(...ZERO),
  /** … f32x4.relaxed_madd */
  fma: probe(...ZERO, ...ZERO, ...ZERO, 0xfd, 0x85, 0x02),
}

/** Every back end that this runtime can run, the fastest first. */
export function supportedKernels(): KernelName[] {
  const names: KernelName[] = ['reference']
  if (WebAssembly.validate(PROBES.simd)) names.unshift('simd')
  if (WebAssembly.validate(PROBES.fma)) names.unshift('fma')
  return names
}

/** The fastest back end that this runtime can run. */
export function chooseKernel(): KernelName {
  return supportedKernels()[0]
}

/** By file. */
const compiled = new Map<string, Promise<WebAssembly.Module>>()

/**
 * Compiles a back end, once for all threads and runs, behind the loading of code: the module passes through `workerData`. `null` for `reference`.
 *
 * @param isWide in registers of 256 bits: `fma` alone, where this Node can; with the same bits
 * @throws Error if the .wasm file has not been built.
 */
export async function compileKernels(
  name: KernelName,
  isWide = name === 'fma' && canWiden(),
): Promise<WebAssembly.Module | null> {
  if (name === 'reference') return null
  keepMachineCode()
  const file = isWide ? 'wide' : name
  const known = compiled.get(file) ?? compile(file)
  compiled.set(file, known)
  return known
}

async function compile(file: string): Promise<WebAssembly.Module> {
  const bytes = await readFile(findModule(file))
  return file === 'wide' ? compileWide(bytes) : WebAssembly.compile(bytes)
}

/**
 * V8 loses count of the machine code of WebAssembly that several threads free, and aborts the process
 * (`jit_page_->allocations_.erase(addr) == 1`, nodejs/node#66366; mended in V8 by 9b8ca54d5a): none is freed then, some hundred kilobytes.
 * What V8 and Node keep of compiled code, Node's own too, holds for these flags alone: what is loaded afterwards is compiled anew.
 */
function keepMachineCode(): void {
  setFlagsFromString('--no-wasm-code-gc')
}

/** Beside this file in dist/; from the sources, in the dist/ of the same checkout. */
function findModule(name: string): string {
  const places = [`./${name}.wasm`, `../../dist/src/kernels/${name}.wasm`].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  )
  const found = places.find((place) => existsSync(place))
  if (found === undefined) {
    throw new Error(
      `kernels: ${name}.wasm not found, looked at ${places.join(' and ')}. Run npm run build:kernels.`,
    )
  }
  return found
}

/**
 * The functions of a back end over `memory`, which must be shared; `module` comes from `compileKernels`. The result is
 * the table of WebAssembly exports itself: a call goes through no wrapper.
 */
export function instantiateKernels(
  name: KernelName,
  module: WebAssembly.Module | null,
  memory: WebAssembly.Memory,
): Kernels {
  if (name === 'reference' || module === null) return createReferenceKernels(memory)
  const instance = new WebAssembly.Instance(module, { env: { memory } })
  return instance.exports as unknown as CompiledKernels
}
