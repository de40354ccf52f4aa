/** The page that a command's argument names, for commands that do not know all kinds of them. */
import { UserError } from '../errors/errors.ts'
import { findPage } from '../page/catalog.ts'
import { hasPart } from '../page/page.ts'
import type { ProblemDefinition } from '../problem/definition.ts'

/** An equation. @throws UserError where the argument names another page, or nothing at all */
export async function findEquation(command: string, argument: string): Promise<ProblemDefinition> {
  const page = await findUncontrolled(command, argument)
  if (hasPart(page, 'stopping')) {
    throw new UserError(
      `${page.id} is a right to stop, and ${command} reads equations. Use 'deepbsde solve', which gives both limits.`,
    )
  }
  return page
}

/** An equation or a right to stop. @throws UserError likewise */
export async function findUncontrolled(command: string, argument: string): Promise<ProblemDefinition> {
  const page = await findPage(argument)
  if (hasPart(page, 'equation')) return page
  throw new UserError(
    `${page.id} is a control problem, and ${command} reads equations. Use 'deepbsde solve ${argument} --both', which compares policy and Bellman equation.`,
  )
}
