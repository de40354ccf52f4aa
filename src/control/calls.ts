/** The generated functions of a control problem, bound to one worker's memory. */
import { type BatchFunction, type FloatArray, loadBatchFunction } from '../formulas/load.ts'
import { type Kernels, padded } from '../kernels/interface.ts'
import type { Views } from '../memory/views.ts'
import type { CompiledControl, ControlFunction } from './compiled.ts'

/** An array of a call: byte offset, elements of a row; costs are float64. */
export interface Argument {
  at: number
  cols: number
  isDouble?: boolean
}

export class Call {
  readonly #fn: BatchFunction
  readonly #source: ControlFunction
  readonly #problem: CompiledControl
  readonly #matrices: number[]
  readonly #buffer: number
  readonly #kernels: Kernels
  readonly #views: Views

  /** @param matrices byte offsets of the problem's constants; `buffer` has room for the products of one call */
  constructor(
    source: ControlFunction,
    problem: CompiledControl,
    matrices: number[],
    buffer: number,
    kernels: Kernels,
    views: Views,
  ) {
    this.#fn = loadBatchFunction(source.source)
    this.#source = source
    this.#problem = problem
    this.#matrices = matrices
    this.#buffer = buffer
    this.#kernels = kernels
    this.#views = views
  }

  /** Rows of `inputs` (in the order of the function's) → `outputs`, written. */
  run(rows: number, t: number, dt: number, inputs: Argument[], outputs: Argument[]): void {
    const rest: (number | FloatArray)[] = [dt]
    const push = ({ at, cols, isDouble = false }: Argument) => {
      if (isDouble) rest.push(this.#views.doubles, at / 8, cols)
      else rest.push(this.#views.floats, at / 4, padded(cols))
    }
    inputs.forEach(push)
    let product = this.#buffer
    for (const { matrix, input } of this.#source.products) {
      const { from, to } = this.#problem.matrices[matrix]
      const { at } = inputs[this.#source.inputs.indexOf(input)]
      this.#kernels.gemmNN(product, at, this.#matrices[matrix], rows, from, to, 0)
      push({ at: product, cols: to })
      product += 4 * rows * padded(to)
    }
    outputs.forEach(push)
    this.#fn(rows, t, ...rest)
  }
}

/** Writes the constant matrices where the kernels read them. */
export function writeMatrices(floats: Float32Array, problem: CompiledControl, offsets: number[]): void {
  problem.matrices.forEach(({ from, to, values }, k) => {
    const at = offsets[k] / 4
    for (let i = 0; i < from; i++) {
      for (let j = 0; j < to; j++) floats[at + i * padded(to) + j] = values[i * to + j]
    }
  })
}
