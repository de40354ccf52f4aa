/**
 * Generated functions called by name. `bind` joins one to a run's shared memory and is the only place that knows the order of its
 * arguments; the compiler sees to it that every input and output is there.
 */
import { padded } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { type BatchFunction, type FloatArray, loadBatchFunction, runSource } from './load.ts'

/** A generated function's source (see `loadBatchFunction`), its arrays in order, and which of its inputs it truly depends on. */
export interface GeneratedFunction<
  Input extends string = string,
  Output extends string = string,
  Scalar extends string = string,
> {
  source: string
  inputs: Column<Input>[]
  outputs: Column<Output>[]
  /** Numbers that it takes besides t. */
  scalars: Scalar[]
  dependsOn: string[]
}

/** Elements of a row; null for a scalar. */
interface Column<Name> {
  name: Name
  size: number | null
}

/** Rows that lie elsewhere, or otherwise, than the memory's: row r starts at index at + r·stride. */
export interface Rows {
  array: FloatArray
  at: number
  stride: number
}

/** Rows of an array, one after another. */
export function ownRows(array: FloatArray, stride = 1, at = 0): Rows {
  return { array, at, stride }
}

/**
 * Each array is an index in the memory, where vectors are rows of float32, padded, and scalars columns of float64; or rows of one's own.
 */
export type Bound<Name extends string, Scalar extends string = never, Place = number | Rows> = (
  rows: number,
  t: number,
  arrays: Readonly<Record<Name, Place> & Record<Scalar, number>>,
) => void

export type BoundTo<Generated> =
  Generated extends GeneratedFunction<infer Input, infer Output, infer Scalar>
    ? Bound<Input | Output, Scalar>
    : Generated

/** @param generated null stays null */
export function bind<Generated extends GeneratedFunction | null>(
  generated: Generated,
  { floats, doubles }: Pick<Views, 'floats' | 'doubles'>,
): BoundTo<Generated> {
  if (generated === null) return null as BoundTo<Generated>
  const join = runSource(joinSource(generated)) as Join
  return join(loadBatchFunction(generated.source), floats, doubles) as BoundTo<Generated>
}

/** As `bind`, where nothing lies in a run's memory. */
export function bindRows<Input extends string, Output extends string, Scalar extends string>(
  generated: GeneratedFunction<Input, Output, Scalar>,
): Bound<Input | Output, Scalar, Rows> {
  const nowhere = { floats: new Float32Array(0), doubles: new Float64Array(0) }
  return bind<GeneratedFunction>(generated, nowhere) as Bound<Input | Output, Scalar, Rows>
}

type Join = (fn: BatchFunction, floats: Float32Array, doubles: Float64Array) => Bound<string, string>

/** Written out, since a loop over the names takes ten times as long as the call. */
function joinSource({ inputs, outputs, scalars }: GeneratedFunction): string {
  const arrays = [...inputs, ...outputs]
  const places = arrays.map(({ size }, k) => {
    const memory = size === null ? ['doubles', `a${k}`, '1'] : ['floats', `a${k}`, `${padded(size)}`]
    const own = [`a${k}.array`, `a${k}.at`, `a${k}.stride`]
    return memory.map((place, j) => `typeof a${k} === 'number' ? ${place} : ${own[j]}`)
  })
  return [
    "'use strict'",
    'return (fn, floats, doubles) => (rows, t, arrays) => {',
    ...arrays.map(({ name }, k) => `  const a${k} = arrays[${JSON.stringify(name)}]`),
    `  fn(${['rows', 't', ...scalars.map((name) => `arrays[${JSON.stringify(name)}]`), ...places.flat()].join(', ')})`,
    '}',
  ].join('\n')
}

/** A function of one point: arrays in, or numbers for scalars, and new arrays out. */
export function pointwise<Input extends string, Output extends string, Scalar extends string>({
  source,
  inputs,
  outputs,
  scalars,
}: GeneratedFunction<Input, Output, Scalar>): (
  t: number,
  at: Readonly<Record<Input, FloatArray | number> & Record<Scalar, number>>,
) => Record<Output, Float64Array> {
  const fn = loadBatchFunction(source)
  return (t, at) => {
    const given = inputs.map(({ name }): FloatArray => {
      const value: FloatArray | number = at[name]
      return typeof value === 'number' ? Float64Array.of(value) : value
    })
    const found = outputs.map(({ size }) => new Float64Array(size ?? 1))
    const arrays = [...given, ...found].flatMap((array) => [array, 0, array.length])
    fn(1, t, ...scalars.map((name): number => at[name]), ...arrays)
    return Object.fromEntries(outputs.map(({ name }, k) => [name, found[k]])) as Record<Output, Float64Array>
  }
}
