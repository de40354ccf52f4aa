/** From expressions to one generated function with names. */
import type { GeneratedFunction } from './bind.ts'
import { type Expression, names } from './expression.ts'
import { generateBatchFunction } from './generate.ts'
import { type Shape, sizeOf } from './shape.ts'

/** @param inputs shapes of the arrays that formulas name, in order; @param scalars numbers that they name besides t */
export function generated<Input extends string, Output extends string, Scalar extends string = never>(
  inputs: Readonly<Record<Input, readonly number[]>>,
  outputs: Readonly<Record<Output, Expression>>,
  scalars: Scalar[] = [],
): GeneratedFunction<Input, Output, Scalar> {
  const given = Object.entries(inputs) as [Input, Shape][]
  const found = Object.entries(outputs) as [Output, Expression][]
  const values = found.map(([, value]) => value)
  const column = <Name>(name: Name, shape: Shape) => ({
    name,
    size: shape.length === 0 ? null : sizeOf(shape),
  })
  return {
    source: generateBatchFunction({
      inputs: given.map(([name, shape]) => ({ name, shape })),
      outputs: values,
      scalars,
    }),
    inputs: given.map(([name, shape]) => column(name, shape)),
    outputs: found.map(([name, { shape }]) => column(name, shape)),
    scalars,
    dependsOn: [...new Set(values.flatMap(names))].sort(),
  }
}
