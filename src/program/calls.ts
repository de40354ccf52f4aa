/** A program's functions, bound to one worker's memory, or called at points. */

import { type BoundTo, bind, type GeneratedFunction, pointwise } from '../formulas/bind.ts'
import type { Kernels } from '../kernels/interface.ts'
import { floatsOf, rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import type { MatrixConstant, ProgramFunction, StepProgram } from './program.ts'

/** Each as `bind` makes it, all of it in the memory. */
export type Calls<Functions> = { [Name in keyof Functions]: BoundTo<Functions[Name]> }

type Program = Pick<StepProgram, 'matrices'>

/** @param matrices indices of the program's constants; `buffer` has room for the products of one call */
export function bindProgram<Functions extends Record<string, ProgramFunction | null>>(
  { functions, matrices: constants }: Program & { functions: Functions },
  matrices: number[],
  buffer: number,
  kernels: Kernels,
  views: Views,
): Calls<Functions> {
  const call = (fn: ProgramFunction) => {
    const bound = bind<GeneratedFunction>(fn, views)
    if (fn.products.length === 0) return bound
    return (rows: number, t: number, arrays: Record<string, number>) => {
      const all = { ...arrays }
      let product = buffer
      for (const { name, matrix, input } of fn.products) {
        const { from, to } = constants[matrix]
        kernels.gemmNN(product, arrays[input], matrices[matrix], rows, from, to, 0)
        all[name] = product
        product += floatsOf(rows, to)
      }
      bound(rows, t, all)
    }
  }
  const entries = Object.entries(functions).map(([name, fn]) => [name, fn && call(fn)])
  return Object.fromEntries(entries) as Calls<Functions>
}

/** A function of one point, as `pointwise`, with its products. */
export function programAt<Input extends string, Output extends string>(
  { matrices }: Program,
  fn: ProgramFunction<Input, Output>,
): (t: number, at: Record<Input, Float64Array> & { dt: number }) => Record<Output, Float64Array> {
  const valuesAt = pointwise<string, Output, 'dt'>(fn)
  return (t, at) => {
    const all: Record<string, Float64Array | number> = { ...at }
    for (const { name, matrix, input } of fn.products) {
      all[name] = multiplied(matrices[matrix], all[input] as Float64Array)
    }
    return valuesAt(t, all as Record<string, Float64Array> & { dt: number })
  }
}

function multiplied({ from, to, values }: MatrixConstant, x: Float64Array): Float64Array {
  const product = new Float64Array(to)
  for (let i = 0; i < from; i++) for (let j = 0; j < to; j++) product[j] += x[i] * values[i * to + j]
  return product
}

/** Writes the constant matrices where the kernels read them. */
export function writeMatrices(floats: Float32Array, { matrices }: Program, offsets: number[]): void {
  matrices.forEach(({ from, to, values }, k) => {
    const at = offsets[k]
    for (let i = 0; i < from; i++) {
      for (let j = 0; j < to; j++) floats[rowAt(at, i, to) + j] = values[i * to + j]
    }
  })
}

/** Columns that the products of one call take together. */
export function mostProductColumns(
  functions: Readonly<Record<string, ProgramFunction | null>>,
  matrices: readonly MatrixConstant[],
): number {
  const columns = Object.values(functions).map((fn) =>
    (fn?.products ?? []).reduce((sum, { matrix }) => sum + floatsOf(1, matrices[matrix].to), 0),
  )
  return Math.max(0, ...columns)
}
