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

/** `count` elements from a byte offset on. */
export function doublesAt({ doubles }: Pick<Views, 'doubles'>, at: number, count: number): Float64Array {
  return doubles.subarray(at / 8, at / 8 + count)
}
export function floatsAt({ floats }: Pick<Views, 'floats'>, at: number, count: number): Float32Array {
  return floats.subarray(at / 4, at / 4 + count)
}
