/** A page of formulas, and the parts that it has. */
import type { ControlDefinition } from '../control/definition.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import type { StoppingDefinition } from '../problem/stopping-definition.ts'

/** What formulas a page has for each of its parts. */
export interface PageOf {
  /** driver and terminal: u solves an equation backward in time */
  equation: ProblemDefinition
  /** runningCost and terminalCost: somebody steers, and pays */
  control: ControlDefinition
  /** stopping, beside an equation: somebody may end it */
  stopping: StoppingDefinition
}

export type PartKey = keyof PageOf

export type Page = ProblemDefinition | ControlDefinition

/** The parts of a page; the last is the one that it is about. */
export function partsOf(page: Page): PartKey[] {
  if ('kind' in page) return ['control']
  return page.stopping === undefined ? ['equation'] : ['equation', 'stopping']
}

export function hasPart<Key extends PartKey>(page: Page, key: Key): page is Page & PageOf[Key] {
  return partsOf(page).includes(key)
}
