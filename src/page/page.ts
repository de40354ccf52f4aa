/** A page of formulas, and the parts that it has. */
import { readdirSync } from 'node:fs'
import type { ControlDefinition } from '../control/definition.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import type { StoppingDefinition } from '../problem/stopping-definition.ts'

/** What a page with each part has; a part's own file may add its line by `declare module`. */
export interface PageOf {
  /** driver and terminal: u solves an equation backward in time */
  equation: ProblemDefinition
  /** runningCost and terminalCost: somebody steers, and pays */
  control: ControlDefinition
  /** stopping, beside an equation: somebody may end it */
  stopping: StoppingDefinition
}

export type PartKey = keyof PageOf & string

/** The names of the files of `parts/`. */
export const PART_KEYS = [
  ...new Set(readdirSync(new URL('parts/', import.meta.url)).map((file) => file.split('.')[0])),
] as PartKey[]

/** A checked page of formulas: of an equation, of a right to stop, or of a control problem. */
export type Page = ProblemDefinition | ControlDefinition

/** The parts of a page; the last is the one that it is about. */
export function partsOf(page: Page): PartKey[] {
  const main = 'kind' in page ? page.kind : 'equation'
  const written = page as unknown as Record<string, unknown>
  return [main, ...PART_KEYS.filter((key) => key !== main && written[key] !== undefined)]
}

export function hasPart<Key extends PartKey>(page: Page, key: Key): page is Page & PageOf[Key] {
  return partsOf(page).includes(key)
}
