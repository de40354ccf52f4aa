import type { Span } from './span.ts'

/** The typed views of a run's shared memory that everything works on. */
export interface Views {
  memory: WebAssembly.Memory
  floats: Float32Array
  doubles: Float64Array
  integers: Int32Array
}

export function viewsOf(memory: WebAssembly.Memory): Views {
  const { buffer } = memory
  return {
    memory,
    floats: new Float32Array(buffer),
    doubles: new Float64Array(buffer),
    integers: new Int32Array(buffer),
  }
}

/** `count` elements from an index on. */
export function doublesAt({ doubles }: Pick<Views, 'doubles'>, at: number, count: number): Float64Array {
  return doubles.subarray(at, at + count)
}
export function floatsAt({ floats }: Pick<Views, 'floats'>, at: number, count: number): Float32Array {
  return floats.subarray(at, at + count)
}
export function integersAt({ buffer }: WebAssembly.Memory, at: number, count: number): Int32Array {
  return new Int32Array(buffer, 4 * at, count)
}

/** Where in `Views.doubles` numbers lie that take the place of float32 from the index `floats` on. */
export function doublesOver(floats: number): number {
  return floats / 2
}

/** Fills a part of the memory with zeros. */
export function clearSpan({ floats }: Pick<Views, 'floats'>, { at, bytes }: Span): void {
  floats.fill(0, at / 4, (at + bytes) / 4)
}
