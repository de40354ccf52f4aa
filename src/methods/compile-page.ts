/** A page in the form that a method works on. */
import { isControlDefinition, type Page } from '../control/definition.ts'
import { prepareControl } from '../control/prepare.ts'
import { UserError } from '../errors/errors.ts'
import { compileProblem } from '../problem/compile.ts'
import type { Settings } from '../problem/definition.ts'
import type { Compiled } from './compiled.ts'
import type { Method } from './method.ts'

/** As the method wants it: a control problem becomes its Bellman equation for a method that solves equations. */
export function compilePage(
  definition: Page,
  settings: Settings,
  method: Method,
  bounds: boolean,
): Promise<Compiled> {
  if (isControlDefinition(definition))
    return prepareControl(definition, settings, method.problems ?? 'equations', bounds)
  if (method.problems === 'control') {
    throw new UserError(
      `${definition.id}: ${method.id} solves control problems, not equations. Leave --method out.`,
    )
  }
  return compileProblem(definition, settings, { bounds })
}
