/**
 * Machine code in registers of 256 bits. WebAssembly knows vectors of 128; V8 has a pass that joins two that lie side by side, which is off unless
 * asked for. Each number goes through the same operations, so that the bits are the same; products take half the time.
 */
import { setFlagsFromString } from 'node:v8'

/** Of V8's versions those whose pass the tests of the kernels were run with (Node 24): V8 calls it experimental. */
const TESTED = '13.6.'

/** All code is compiled at once and as it is to stay: what V8 compiles later knows no flags of ours. */
const FLAGS = ['experimental-wasm-revectorize', 'no-liftoff', 'no-wasm-lazy-compilation']
const USUAL = ['no-experimental-wasm-revectorize', 'liftoff', 'wasm-lazy-compilation']

/** Whether this Node has the pass, and it was tested. */
export function canWiden(): boolean {
  const { arch, config, versions } = process
  const isBuiltIn = (config.variables as Record<string, unknown>).v8_enable_wasm_simd256_revec === 1
  return isBuiltIn && arch === 'x64' && versions.v8.startsWith(TESTED)
}

/** Compiles while nothing else is: the flags are those of the whole process, and no other module's code shall come from the pass. */
export function compileWide(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  set(FLAGS)
  try {
    return new WebAssembly.Module(bytes)
  } finally {
    set(USUAL)
  }
}

function set(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(`--${flag}`)
}
