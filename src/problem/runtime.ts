/** A compiled problem's generated functions, bound to a run's memory: what a worker calls. */
import { type BoundTo, bind } from '../formulas/bind.ts'
import type { Views } from '../memory/views.ts'
import type { CompiledProblem } from './compiled.ts'

export type ProblemFunctions = {
  [Name in keyof CompiledProblem['functions']]: BoundTo<CompiledProblem['functions'][Name]>
}

export function bindFunctions({ functions }: CompiledProblem, views: Views): ProblemFunctions {
  const bound = Object.entries(functions).map(([name, generated]) => [name, bind(generated, views)])
  return Object.fromEntries(bound) as ProblemFunctions
}
