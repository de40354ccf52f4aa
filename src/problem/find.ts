import { loadProblem } from './catalog.ts'
import type { ProblemDefinition } from './definition.ts'
import { loadPage } from './page.ts'
import { isPagePath } from './page-file.ts'
import { loadStoppingProblem } from './stopping-catalog.ts'
import { isStoppingDefinition, type StoppingDefinition } from './stopping-definition.ts'

/**
 * The problem that a command's argument names: a page of one's own by its path, else a built-in one by its id.
 *
 * @throws UserError where there is neither
 */
export async function findProblem(argument: string): Promise<ProblemDefinition> {
  if (isPagePath(argument)) return loadPage(argument)
  return (await loadStoppingProblem(argument)) ?? loadProblem(argument)
}

/** The right to stop that a command's argument names; null where it names another page, or none. */
export async function findStopping(argument: string): Promise<StoppingDefinition | null> {
  if (!isPagePath(argument)) return loadStoppingProblem(argument)
  const page = await loadPage(argument)
  return isStoppingDefinition(page) ? page : null
}
