/** A control problem as the chosen method wants it: itself for the policy method, its Bellman equation for the others. */
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Settings } from '../problem/definition.ts'
import { compileBellman } from './bellman.ts'
import { compileControl } from './compile.ts'
import type { CompiledControl } from './compiled.ts'
import type { ControlDefinition } from './definition.ts'

export async function prepareControl(
  definition: ControlDefinition,
  settings: Settings,
  takes: 'control' | 'equations',
  bounds: boolean,
): Promise<CompiledControl | CompiledProblem> {
  return takes === 'control'
    ? compileControl(definition, settings, { bounds })
    : compileBellman(definition, settings)
}
