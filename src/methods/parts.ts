/** Which pages a method takes. */
import { UserError } from '../errors/errors.ts'
import { type Page, type PartKey, partsOf } from '../page/page.ts'
import { loadParts } from '../page/parts.ts'
import type { About } from './about.ts'

/** Pages with that part, in words. */
export async function nounOf(part: PartKey): Promise<string> {
  return (await loadParts()).find(({ key }) => key === part)!.noun
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
export async function requireParts(about: About, page: Page): Promise<void> {
  if (fits(about, page)) return
  const foreign = partsOf(page).filter((part) => ![...about.needs, ...about.takes].includes(part))
  const own = await nounOf(subjectOf(about))
  const other = await nounOf(foreign.at(-1) ?? partsOf(page).at(-1)!)
  throw new UserError(`${page.id}: ${about.id} solves ${own}, not ${other}. Leave --method out.`)
}
