import { describe, expect, test } from 'vitest'
import {
  chooseKernel,
  compileKernels,
  instantiateKernels,
  RESERVED_BYTES,
  supportedKernels,
} from '../../src/kernels/loader.ts'
import { canWiden } from '../../src/kernels/wide.ts'

describe('loader', () => {
  test('offers the fastest back end first and always the reference', () => {
    const names = supportedKernels()
    // Shown, so that a run without the fused build, or without wide registers, is seen in the log.
    console.info(`kernels of this runtime: ${names.join(', ')}; registers ${canWiden() ? 'wide' : 'narrow'}`)
    expect(names.at(-1)).toBe('reference')
    expect(chooseKernel()).toBe(names[0])
    expect(names).toContain('simd')
  })

  test('has no module to compile for the reference', async () => {
    expect(await compileKernels('reference')).toBeNull()
  })

  test.each(supportedKernels())('%s has every function of the interface', async (name) => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true })
    const reference = instantiateKernels('reference', null, memory)
    const kernels = instantiateKernels(name, await compileKernels(name), memory)
    for (const key of Object.keys(reference)) expect(kernels).toHaveProperty(key, expect.any(Function))
  })

  test.each(supportedKernels())('%s touches only the reserved bytes when it starts', async (name) => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true })
    const bytes = new Uint8Array(memory.buffer).fill(0xaa)
    instantiateKernels(name, await compileKernels(name), memory)
    expect(bytes.subarray(RESERVED_BYTES).every((byte) => byte === 0xaa)).toBe(true)
  })

  test.each(supportedKernels())('%s takes memories of any size up to 4 GiB', async (name) => {
    const module = await compileKernels(name)
    for (const maximum of [1, 40_000, 65_536]) {
      const memory = new WebAssembly.Memory({ initial: 1, maximum, shared: true })
      expect(() => instantiateKernels(name, module, memory)).not.toThrow()
    }
  })
})
