/**
 * A user's own page of formulas, from a .yaml or .json file, or from a .ts or .js module.
 *
 * Text files are data: nothing in them is run, and what formulas may say `formulas/` decides. A module is code and
 * runs as such.
 */
import { basename, extname } from 'node:path'
import { UserError } from '../errors/errors.ts'
import type { ProblemDefinition, Settings } from './definition.ts'
import { keyAdvice, settingAdvice } from './foreign-keys.ts'
import { parsePageText, readPageFile, type TextFormat } from './page-file.ts'
import { validateSettings } from './settings.ts'
import { shown } from './shown.ts'
import { withDefaults } from './stopping-part.ts'

/** Text in which `deepbsde new` and the documentation leave a place open; an optional entry that says so is none. */
const PLACEHOLDER = /^(…|\.\.\.)$/

/**
 * Reads a page from a file.
 *
 * @throws UserError naming the file and the key, the value, what is allowed and what to do.
 */
export async function loadPage(path: string): Promise<ProblemDefinition> {
  return checkedPage(await readPageFile(path), basename(path), basename(path, extname(path)))
}

/**
 * A page from text.
 *
 * @param file what messages call it
 * @param name its id where the page gives none
 * @throws UserError as `loadPage`
 */
export async function parsePage(
  text: string,
  format: TextFormat,
  file = `page.${format}`,
  name = 'page',
): Promise<ProblemDefinition> {
  return checkedPage(await parsePageText(text, format, file), file, name)
}

/**
 * Validates a page that was read, or an object in the place of one; `name` is the id where it gives none.
 * @throws UserError as `loadPage`
 */
export async function checkedPage(value: unknown, file: string, name: string): Promise<ProblemDefinition> {
  const { checkPage } = await import('./page-schema.ts')
  const { page: raw, reference } = await prepared(value, file, name)
  const result = checkPage(isMapping(value) && isMapping(value.stopping) ? withDefaults(raw) : raw)
  if (!('page' in result)) {
    const key = result.key === '' ? '' : `${result.key} `
    throw new UserError(
      `${file}: ${key}must be ${result.allowed}, got ${shown(result.got)}.${needed(result)}`,
    )
  }
  const { page } = result
  requirePageSettings(page.settings as Settings, file)
  return {
    title: page.id,
    ...page,
    settings: page.settings as Settings,
    ...(reference === undefined ? {} : { reference }),
  }
}

/** The page's own entries, its names checked, without what is left open, and its reference function apart. */
async function prepared(
  value: unknown,
  file: string,
  name: string,
): Promise<{ page: object; reference: ProblemDefinition['reference'] }> {
  const { knownKeys } = await import('./page-schema.ts')
  const { EQUATION_VARIABLES, idFrom, requireModest, requireNames } = await import('./page-names.ts')
  if (!isMapping(value)) {
    throw new UserError(
      `${file}: must be a page, a mapping with settings, x0, drift, diffusion, driver and terminal, got ${shown(value)}.`,
    )
  }
  requireKnownKeys(value, knownKeys[''], '', file)
  for (const part of ['reference', 'published', 'stopping'] as const) {
    const inner = value[part]
    if (isMapping(inner)) requireKnownKeys(inner, knownKeys[part], `${part}.`, file)
  }
  requireModest(value, file)
  requireNames(value, file, EQUATION_VARIABLES)
  const page: Record<string, unknown> = { id: idFrom(name) }
  for (const [key, entry] of Object.entries(value)) {
    if (entry === null || entry === undefined) continue
    if (typeof entry === 'string' && PLACEHOLDER.test(entry)) continue
    page[key] = entry
  }
  const { reference } = page
  if (typeof reference !== 'function') return { page, reference: undefined }
  delete page.reference
  return { page, reference: reference as ProblemDefinition['reference'] }
}

function requireKnownKeys(value: object, known: readonly string[], prefix: string, file: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown === undefined) return
  throw new UserError(
    `${file}: unknown key '${prefix}${unknown.slice(0, 64)}'.${keyAdvice(unknown, known)} The keys are ${known.join(', ')}.`,
  )
}

/** As `validateSettings`, with the cure for a page instead of a flag's. @throws UserError */
export function requirePageSettings(settings: Settings, file: string): void {
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

/** What helps beside what is allowed. */
function needed({ allowed, got }: { allowed: string; got: unknown }): string {
  if (allowed === 'given') return " See 'deepbsde new my-equation' for a complete page."
  const comma = typeof got === 'string' ? got.match(/^\s*([+-]?\d+),(\d+)\s*$/) : null
  if (comma !== null) return ` Write ${comma[1]}.${comma[2]}: numbers have a decimal point.`
  return typeof got === 'string' && Number.isFinite(Number(got)) ? ' Write the number without quotes.' : ''
}
