/** A page in the form that a method works on. */
import { isControlDefinition, type Page } from '../control/definition.ts'
import { prepareControl } from '../control/prepare.ts'
import { UserError } from '../errors/errors.ts'
import { compileProblem } from '../problem/compile.ts'
import type { ProblemDefinition, Settings } from '../problem/definition.ts'
import { isStoppingDefinition } from '../problem/stopping-definition.ts'
import { compileStopping } from '../stopping/compile.ts'
import type { About, PageKind } from './about.ts'
import type { Compiled } from './compiled.ts'

const NAMES: Readonly<Record<PageKind, string>> = {
  equation: 'equations',
  control: 'control problems',
  stopping: 'rights to stop',
}

export function kindOf(page: Page): PageKind {
  if (isControlDefinition(page)) return 'control'
  return isStoppingDefinition(page) ? 'stopping' : 'equation'
}

/** As the method wants it: a control problem becomes its Bellman equation for a method that solves equations. */
export function compilePage(
  definition: Page,
  settings: Settings,
  { id, solves }: About,
  bounds: boolean,
): Promise<Compiled> {
  const kind = kindOf(definition)
  if (isControlDefinition(definition) && solves !== 'stopping') {
    return prepareControl(definition, settings, solves === 'control' ? 'control' : 'equations', bounds)
  }
  if (solves !== kind) {
    throw new UserError(
      `${definition.id}: ${id} solves ${NAMES[solves]}, not ${NAMES[kind]}. Leave --method out.`,
    )
  }
  if (isStoppingDefinition(definition)) return compileStopping(definition, settings)
  return compileProblem(definition as ProblemDefinition, settings, { bounds })
}
