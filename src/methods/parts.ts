/** Which pages a method takes. */
import { UserError } from '../errors/errors.ts'
import { type Page, type PartKey, partsOf } from '../page/page.ts'
import type { About } from './about.ts'

const NAMES: Readonly<Record<PartKey, string>> = {
  equation: 'equations',
  control: 'control problems',
  stopping: 'rights to stop',
}

/** Pages about that part, in words. */
export function nameOf(part: PartKey): string {
  return NAMES[part]
}

/** needs ⊆ parts ⊆ needs ∪ takes */
export function fits({ needs, takes }: About, page: Page): boolean {
  const parts = partsOf(page)
  return (
    needs.every((part) => parts.includes(part)) &&
    parts.every((part) => needs.includes(part) || takes.includes(part))
  )
}

/** The part that it is about. */
export function subjectOf({ needs }: Pick<About, 'needs'>): PartKey {
  return needs.at(-1) ?? 'equation'
}

/** @throws UserError for a page without a part that it needs, or with one that it does not know */
export function requireParts(about: About, page: Page): void {
  if (fits(about, page)) return
  const own = NAMES[subjectOf(about)]
  const other = NAMES[partsOf(page).at(-1)!]
  throw new UserError(`${page.id}: ${about.id} solves ${own}, not ${other}. Leave --method out.`)
}
