/** A control problem as the chosen method wants it: itself for the policy method, its Bellman equation for the others. */
import { UserError } from '../errors/errors.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Settings } from '../problem/definition.ts'
import { compileBellman } from './bellman.ts'
import { compileControl } from './compile.ts'
import type { CompiledControl } from './compiled.ts'
import type { ControlDefinition } from './definition.ts'

/** @throws UserError where bounds are asked of its Bellman equation, and as the compilers do. */
export async function prepareControl(
  definition: ControlDefinition,
  settings: Settings,
  takes: 'control' | 'equations',
  bounds: boolean,
): Promise<CompiledControl | CompiledProblem> {
  if (bounds && takes !== 'control') {
    throw new UserError(`${definition.id}: its bounds come with its policy. Use --method policy.`)
  }
  return takes === 'control'
    ? compileControl(definition, settings, { bounds, start: true })
    : compileBellman(definition, settings)
}
