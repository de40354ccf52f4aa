/** A page of formulas, and the parts that it has. */
import { readdirSync } from 'node:fs'
import type { ControlDefinition } from '../control/definition.ts'
import type { PageFrame, ProblemDefinition } from '../problem/definition.ts'
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

/** What a part adds to the frame, as a function of it: those of all parts together are a function of what any may add. */
type Added<Definition> = Definition extends unknown
  ? (own: Partial<Omit<Definition, keyof PageFrame>>) => void
  : never

/** A checked page of formulas, whatever it is about; `hasPart` tells, and what it then has. */
export type Page = PageFrame & (Added<PageOf[PartKey]> extends (all: infer All) => void ? All : never)

/** The parts of a page; the last is the one that it is about. */
export function partsOf(page: Page): PartKey[] {
  const main = page.kind ?? 'equation'
  return [
    main,
    ...PART_KEYS.filter(
      (key) => key !== main && (page as Partial<Record<PartKey, unknown>>)[key] !== undefined,
    ),
  ]
}

export function hasPart<Key extends PartKey>(page: Page, key: Key): page is Page & PageOf[Key] {
  return partsOf(page).includes(key)
}
