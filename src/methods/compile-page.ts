/** A page in the form that a method works on. */
import { isControlDefinition, type Page } from '../control/definition.ts'
import { prepareControl } from '../control/prepare.ts'
import { UserError } from '../errors/errors.ts'
import { compileProblem } from '../problem/compile.ts'
import type { Settings } from '../problem/definition.ts'
import { isStoppingDefinition } from '../problem/stopping-definition.ts'
import { compileStopping } from '../stopping/compile.ts'
import type { Compiled } from './compiled.ts'
import type { Method } from './method.ts'

/** As the method wants it: a control problem becomes its Bellman equation for a method that solves equations. */
export function compilePage(
  definition: Page,
  settings: Settings,
  method: Method,
  bounds: boolean,
): Promise<Compiled> {
  if (isControlDefinition(definition)) {
    const takes = method.problems === 'control' ? 'control' : 'equations'
    return prepareControl(definition, settings, takes, bounds)
  }
  if (isStoppingDefinition(definition)) {
    if (method.problems === 'stopping') return compileStopping(definition, settings)
    throw new UserError(`${definition.id}: ${method.id} knows no right to stop. Leave --method out.`)
  }
  if (method.problems !== undefined) {
    const what = method.problems === 'control' ? 'control problems' : 'rights to stop'
    throw new UserError(`${definition.id}: ${method.id} solves ${what}, not equations. Leave --method out.`)
  }
  return compileProblem(definition, settings, { bounds })
}
