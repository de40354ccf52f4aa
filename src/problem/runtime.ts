/** A compiled problem's generated functions, loaded: what a worker calls. */
import { type BatchFunction, loadBatchFunction } from '../formulas/load.ts'
import type { CompiledProblem, GeneratedFunction } from './compiled.ts'

export type ProblemFunctions = {
  [Name in keyof CompiledProblem['functions']]: null extends CompiledProblem['functions'][Name]
    ? BatchFunction | null
    : BatchFunction
}

export function loadFunctions(problem: CompiledProblem): ProblemFunctions {
  const entries = Object.entries(problem.functions) as [string, GeneratedFunction | null][]
  return Object.fromEntries(
    entries.map(([name, generated]) => [name, generated && loadBatchFunction(generated.source)]),
  ) as ProblemFunctions
}
