/** The equation that a command's argument names, for commands that know nothing of control problems. */
import { findControl } from '../control/page.ts'
import { UserError } from '../errors/errors.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { findProblem } from '../problem/find.ts'
import { isStoppingDefinition } from '../problem/stopping-definition.ts'

/** @throws UserError where it names a control problem, or nothing at all */
export async function findEquation(command: string, argument: string): Promise<ProblemDefinition> {
  const control = await findControl(argument)
  if (control === null) return requireEquation(command, await findProblem(argument))
  throw new UserError(
    `${control.id} is a control problem, and ${command} reads equations. Use 'deepbsde solve ${argument} --both', which compares policy and Bellman equation.`,
  )
}

function requireEquation(command: string, page: ProblemDefinition): ProblemDefinition {
  if (!isStoppingDefinition(page)) return page
  throw new UserError(
    `${page.id} is a right to stop, and ${command} reads equations. Use 'deepbsde solve', which gives both limits.`,
  )
}
