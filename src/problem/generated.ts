/** From expressions to one generated function of a compiled problem. */
import type { Expression } from '../formulas/expression.ts'
import { generateBatchFunction } from '../formulas/generate.ts'
import type { Shape } from '../formulas/shape.ts'
import type { GeneratedFunction } from './compiled.ts'
import { names } from './expressions.ts'

/** Names and shapes of a function's inputs, in order. */
export type Inputs = readonly { name: string; shape: Shape }[]

export function generated(inputs: Inputs, outputs: Expression[], scalars: string[] = []): GeneratedFunction {
  return {
    source: generateBatchFunction({ inputs, outputs, scalars }),
    dependsOn: [...new Set(outputs.flatMap(names))].sort(),
  }
}
