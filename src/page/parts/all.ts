/** The parts that a page may have, and which of them one has. */
import type { PartKey } from '../page.ts'
import { control } from './control.ts'
import { equation } from './equation.ts'
import type { Part } from './part.ts'
import { stopping } from './stopping.ts'

export const parts: Readonly<Record<PartKey, Part>> = { equation, control, stopping }

/** Of what was written, before it is looked at: an equation's page unless a key of its own tells otherwise. */
export function writtenParts(page: object): Part[] {
  const has = ({ tells }: Part) => tells.some((key) => Object.hasOwn(page, key))
  const main = has(control) ? control : equation
  return [main, ...further(main).filter(has)]
}

/** Parts that may stand beside `main`. */
export function further({ key }: Part): Part[] {
  return Object.values(parts).filter(({ beside }) => beside === key)
}
