/** A page inside a file of ours: data alone, and read again as any page from a stranger is. */

import { constantsOf } from '../control/definition.ts'
import { UserError } from '../errors/errors.ts'
import { hasPart, type Page } from '../page/page.ts'
import { readPage } from '../page/reader.ts'
import type { Settings } from '../problem/definition.ts'
import { validateSettings } from '../problem/settings.ts'

/** The page at these settings. What a module computes stands as numbers; the reference stands beside the page. */
export function storedPage(definition: Page, settings: Settings): Page {
  const page = { ...definition, settings, reference: undefined }
  if (!hasPart(definition, 'control')) return page as Page
  return { ...page, constants: constantsOf(definition, settings) } as Page
}

/** As `readPage`, of a page that `storedPage` made: its settings may hold the x0 that a run was given. */
export async function checkStoredPage(page: unknown, place: string): Promise<Page> {
  if (!hasSettings(page)) throw new UserError(`${place}: its page has no settings. Use another copy.`)
  const { x0, ...own } = page.settings
  const checked = await readPage({ ...page, settings: own }, place, 'page')
  if (x0 === undefined) return checked
  const settings = validateSettings(place, { ...checked.settings, x0 })
  return { ...checked, settings } as Page
}

function hasSettings(page: unknown): page is { settings: Settings } {
  return (
    typeof page === 'object' &&
    page !== null &&
    'settings' in page &&
    typeof page.settings === 'object' &&
    page.settings !== null
  )
}
