/**
 * Reads pages of formulas: from a .yaml or .json file, from a .ts or .js module, or from an object in the place of one.
 *
 * Text files are data: nothing in them is run, and what formulas may say `formulas/` decides. A module is code and runs as such.
 */
import { basename, extname } from 'node:path'
import { UserError } from '../errors/errors.ts'
import type { Settings } from '../problem/definition.ts'
import { keyAdvice, settingAdvice } from '../problem/foreign-keys.ts'
import { readPageFile } from '../problem/page-file.ts'
import { validateSettings } from '../problem/settings.ts'
import { shown } from '../problem/shown.ts'
import type { Page } from './page.ts'
import type { Part } from './part.ts'
import type { Wrong } from './schema.ts'

/** Text in which `deepbsde new` and the documentation leave a place open; an optional entry that says so is none. */
const PLACEHOLDER = /^(…|\.\.\.)$/

/**
 * Reads the page of an equation, a right to stop or a control problem (one with costs and controls) from a file.
 *
 * @throws UserError naming the file and the key, the value, what is allowed and what to do.
 */
export async function loadPage(path: string): Promise<Page> {
  return readPage(await readPageFile(path), basename(path), basename(path, extname(path)))
}

/**
 * Validates a page that was read, or an object in the place of one; `name` is the id where it gives none.
 * @throws UserError as `loadPage`
 */
export async function readPage(value: unknown, file: string, name: string): Promise<Page> {
  const { beside, loadParts, writtenParts } = await import('./parts.ts')
  const { checkEntries } = await import('./schema.ts')
  if (!isMapping(value)) {
    throw new UserError(
      `${file}: must be a page, a mapping with settings, x0, drift, diffusion, driver and terminal, got ${shown(value)}.`,
    )
  }
  const all = await loadParts()
  const parts = writtenParts(all, value)
  const allowed = [parts[0], ...beside(all, parts[0])]
  const { page: written, reference } = await prepared(value, parts, allowed, file, name)
  const completed = parts.reduce((page, { complete }) => complete?.(page) ?? page, written)
  const result = checkEntries(completed, parts)
  if (!('page' in result)) throw wrongEntry(result, parts, file)
  const page = result.page as Page
  requireSettings(page.settings, file)
  const { title = page.id } = page
  return { ...page, title, ...(reference === undefined ? {} : { reference }) } as Page
}

/**
 * The page's own entries, its names checked, without what is left open, and its reference function apart.
 * @param allowed the parts that it has, and those that it might have beside
 */
async function prepared(
  value: Record<string, unknown>,
  parts: readonly Part[],
  allowed: readonly Part[],
  file: string,
  name: string,
): Promise<{ page: Record<string, unknown>; reference: unknown }> {
  const { idFrom, requireModest, requireNames } = await import('../problem/page-names.ts')
  const { entriesOf, keysOf } = await import('./schema.ts')
  const entries = entriesOf(allowed)
  requireKnownKeys(value, Object.keys(entries), '', file)
  for (const [key, inner] of Object.entries(value)) {
    const known = keysOf(entries[key])
    if (known !== null && isMapping(inner)) requireKnownKeys(inner, known, `${key}.`, file)
  }
  requireModest(value, file)
  requireNames(value, file, [...new Set(parts.flatMap(({ variables }) => variables))])
  const page: Record<string, unknown> = { id: idFrom(name) }
  for (const [key, entry] of Object.entries(value)) {
    if (entry === null || entry === undefined) continue
    if (typeof entry === 'string' && PLACEHOLDER.test(entry)) continue
    if (Array.isArray(entry) && (key === 'settings' || key === 'let')) {
      throw new UserError(
        `${file}: ${key} must be names with values, got a list. Write { name: value }, or a line for each without a dash.`,
      )
    }
    page[key] = entry
  }
  const { reference } = page
  if (typeof reference !== 'function') return { page, reference: undefined }
  delete page.reference
  return { page, reference }
}

function requireKnownKeys(
  value: Record<string, unknown>,
  known: readonly string[],
  prefix: string,
  file: string,
): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown === undefined) return
  throw new UserError(
    `${file}: unknown key '${prefix}${unknown.slice(0, 64)}'.${keyAdvice(unknown, known, value[unknown])} The keys are ${known.join(', ')}.`,
  )
}

/** As `validateSettings`, with the cure for a page instead of a flag's. @throws UserError */
function requireSettings(settings: Settings, file: string): void {
  for (const name of ['dim', 'horizon'] as const) {
    if (Object.hasOwn(settings, name)) continue
    throw new UserError(
      `${file}: settings has no ${name}.${settingAdvice(name, Object.keys(settings)) || ` Write { ${name}: ${name === 'dim' ? 10 : 1} } among its settings.`}`,
    )
  }
  validateSettings(file, settings)
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrongEntry({ key, allowed, got }: Wrong, parts: readonly Part[], file: string): UserError {
  const place = key === '' ? '' : `${key} `
  return new UserError(
    `${file}: ${place}must be ${allowed}, got ${shown(got)}.${cureOf({ key, allowed, got }, parts)}`,
  )
}

/** What helps beside what is allowed. */
function cureOf({ key, allowed, got }: Wrong, parts: readonly Part[]): string {
  for (const { advice } of parts) {
    const own = advice?.(key, got) ?? null
    if (own !== null) return own
  }
  if (allowed === 'given') return ` See '${parts[0].template}' for a complete page.`
  if (Array.isArray(got) && /formula/.test(allowed) && got.every((one) => typeof one === 'string')) {
    return ` Write one text: ${key}: "${got.length === 1 ? got[0] : `[${got.join(', ')}]`}".`
  }
  if (typeof got !== 'string' || !/number/.test(allowed)) return ''
  const comma = got.match(/^\s*([+-]?\d+),(\d+)\s*$/)
  if (comma !== null) return ` Write ${comma[1]}.${comma[2]}: numbers have a decimal point.`
  return got.trim() !== '' && Number.isFinite(Number(got)) ? ' Write the number without quotes.' : ''
}
