/** A page inside a file of ours: data alone, and read again as any page from a stranger is. */

import type { Page } from '../control/definition.ts'
import { constantsOf, isControlDefinition } from '../control/definition.ts'
import { UserError } from '../errors/errors.ts'
import type { Settings } from '../problem/definition.ts'
import { validateSettings } from '../problem/settings.ts'

/** The page at these settings. What a module computes stands as numbers; the reference stands beside the page. */
export function storedPage(definition: Page, settings: Settings): Page {
  const page = { ...definition, settings, reference: undefined }
  if (!isControlDefinition(definition)) return page as Page
  return { ...page, constants: constantsOf(definition, settings) } as Page
}

/**
 * A page as any is checked that comes from outside: a control problem's by its costs and controls.
 * @throws UserError naming `place`, the key, the value and what is allowed
 */
export async function checkDefinition(page: unknown, place: string): Promise<Page> {
  const { checkControlPage, isControlPage } = await import('../control/page.ts')
  if (isControlPage(page)) return checkControlPage(page, place, 'page')
  const { checkedPage } = await import('../problem/page.ts')
  return checkedPage(page, place, 'page')
}

/** As `checkDefinition`, of a page that `storedPage` made: its settings may hold the x0 that a run was given. */
export async function checkStoredPage(page: unknown, place: string): Promise<Page> {
  if (!hasSettings(page)) throw new UserError(`${place}: its page has no settings. Use another copy.`)
  const { x0, ...own } = page.settings
  const checked = await checkDefinition({ ...page, settings: own }, place)
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
