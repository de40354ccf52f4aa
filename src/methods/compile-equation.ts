/** A page for the methods that solve equations: a control problem by its Bellman equation. */
import { compileBellman } from '../control/bellman.ts'
import type { ControlDefinition } from '../control/definition.ts'
import { UserError } from '../errors/errors.ts'
import { hasPart } from '../page/page.ts'
import { compileProblem } from '../problem/compile.ts'
import type { Method } from './method.ts'

/** @throws UserError where bounds are asked of a Bellman equation, and as the compilers do */
export const compileEquation: Method['compile'] = (page, settings, options) => {
  if (hasPart(page, 'equation')) return compileProblem(page, settings, options)
  if (options.bounds) throw new UserError(`${page.id}: its bounds come with its policy. Use --method policy.`)
  return compileBellman(page as ControlDefinition, settings)
}
