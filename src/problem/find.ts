import { loadProblem } from './catalog.ts'
import type { ProblemDefinition } from './definition.ts'
import { loadPage } from './page.ts'
import { isPagePath } from './page-file.ts'

/**
 * The problem that a command's argument names: a page of one's own by its path, else a built-in one by its id.
 *
 * @throws UserError where there is neither
 */
export function findProblem(argument: string): Promise<ProblemDefinition> {
  return isPagePath(argument) ? loadPage(argument) : loadProblem(argument)
}
