/** The page of any kind that a command's argument names. */
import type { Page } from '../control/definition.ts'
import { findControl } from '../control/page.ts'
import { findProblem } from '../problem/find.ts'

/** @throws UserError where there is none */
export async function pageNamed(argument: string): Promise<Page> {
  return (await findControl(argument)) ?? findProblem(argument)
}
