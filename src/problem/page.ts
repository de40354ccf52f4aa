/**
 * A user's own page of formulas, from a .yaml or .json file, or from a .ts or .js module.
 *
 * Text files are data: nothing in them is run, and what formulas may say `formulas/` decides. A module is code and
 * runs as such.
 */
import { readFile, stat } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../errors.ts'
import type { ProblemDefinition, Settings } from './definition.ts'
import { suggestion } from './nearest.ts'
import { validateSettings } from './settings.ts'

/** A page is formulas, not data; this leaves room for a correlation matrix of 100 assets. */
export const MAX_PAGE_BYTES = 1 << 20

/** Text in which `deepbsde new` and the documentation leave a place open; an optional entry that says so is none. */
const PLACEHOLDER = /^(…|\.\.\.)$/
const textFormats: Record<string, 'yaml' | 'json'> = { '.yaml': 'yaml', '.yml': 'yaml', '.json': 'json' }
const moduleFormats = ['.ts', '.mts', '.js', '.mjs']

/** Whether what stands in a command's place for a problem names a file, not an id. */
export function isPagePath(argument: string): boolean {
  const extension = extname(argument)
  return extension in textFormats || moduleFormats.includes(extension)
}

/**
 * Reads a page from a file.
 *
 * @throws UserError naming the file and the key, the value, what is allowed and what to do.
 */
export async function loadPage(path: string): Promise<ProblemDefinition> {
  const extension = extname(path)
  const name = basename(path, extension)
  if (moduleFormats.includes(extension)) return checkedPage(await importPage(path), basename(path), name)
  const format = textFormats[extension]
  if (format === undefined) {
    throw new UserError(
      `${path}: a page is a .yaml, .json, .ts or .js file. Use 'deepbsde new my-equation' to begin one.`,
    )
  }
  return parsePage(await readPage(path), format, basename(path), name)
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
  format: 'yaml' | 'json',
  file = `page.${format}`,
  name = 'page',
): Promise<ProblemDefinition> {
  if (text.length > MAX_PAGE_BYTES) throw tooLarge(file, text.length)
  const value = format === 'json' ? parseJson(text, file) : await parseYaml(text, file)
  return checkedPage(value, file, name)
}

async function readPage(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > MAX_PAGE_BYTES) throw tooLarge(path, size)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof UserError) throw error
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    throw new UserError(
      `${path}: ${why}. Give the path of a page, or use 'deepbsde new my-equation' to begin one.`,
    )
  }
}

async function importPage(path: string): Promise<unknown> {
  try {
    const module = await import(pathToFileURL(resolve(path)).href)
    if (module.default === undefined) {
      throw new UserError(
        `${path}: a module's page is its default export. Use 'export default defineProblem({ … })'.`,
      )
    }
    return module.default
  } catch (error) {
    if (error instanceof UserError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new UserError(
        `${path}: this Node (${process.version}) does not read TypeScript. Use Node 22.18 or later, or write the page as .js or .yaml.`,
      )
    }
    throw new UserError(
      `${path}: the module cannot be loaded: ${firstLine(message)}. Mend it, or write the page as .yaml.`,
    )
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UserError(`${file}: this is not JSON: ${firstLine((error as Error).message)}.`)
  }
}

async function parseYaml(text: string, file: string): Promise<unknown> {
  const { parseDocument } = await import('yaml')
  let message: string
  try {
    // Aliases are refused: a page needs none, and a few lines of them can stand for gigabytes.
    const document = parseDocument(text, { schema: 'core', merge: false, logLevel: 'error' })
    if (document.errors.length === 0) return document.toJS({ maxAliasCount: 0 })
    message = document.errors[0].message
  } catch (error) {
    message = (error as Error).message
  }
  throw new UserError(`${file}: this is not YAML: ${firstLine(message)}. Put formulas in quotes.`)
}

/** Validates a parsed page; `name` is the id where it gives none. */
async function checkedPage(value: unknown, file: string, name: string): Promise<ProblemDefinition> {
  const { checkPage } = await import('./page-schema.ts')
  const { page: raw, reference } = await prepared(value, file, name)
  const result = checkPage(raw)
  if (!('page' in result)) {
    const key = result.key === '' ? '' : `${result.key} `
    throw new UserError(
      `${file}: ${key}must be ${result.allowed}, got ${shown(result.got)}.${needed(result.allowed)}`,
    )
  }
  const { page } = result
  validateSettings(file, page.settings as Settings)
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
  if (!isMapping(value)) {
    throw new UserError(
      `${file}: must be a page, a mapping with settings, x0, drift, diffusion, driver and terminal, got ${shown(value)}.`,
    )
  }
  requireKnownKeys(value, knownKeys[''], '', file)
  for (const part of ['reference', 'published'] as const) {
    const inner = value[part]
    if (isMapping(inner)) requireKnownKeys(inner, knownKeys[part], `${part}.`, file)
  }
  for (const part of ['settings', 'let'] as const) await requireNames(value[part], part, file)
  const page: Record<string, unknown> = { id: name }
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
    `${file}: unknown key '${prefix}${unknown.slice(0, 64)}'.${suggestion(unknown, known)} The keys are ${known.join(', ')}.`,
  )
}

async function requireNames(value: unknown, part: string, file: string): Promise<void> {
  if (!isMapping(value)) return
  const { NAME_PATTERN, RESERVED_NAMES } = await import('./page-schema.ts')
  for (const name of Object.keys(value)) {
    if (RESERVED_NAMES.has(name)) {
      throw new UserError(
        `${file}: '${name}' in ${part} has a meaning of its own in formulas. Use another name.`,
      )
    }
    if (!NAME_PATTERN.test(name)) {
      throw new UserError(
        `${file}: '${name.slice(0, 64)}' in ${part} is no name. Use letters, digits and _, beginning with a letter.`,
      )
    }
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function tooLarge(file: string, size: number): UserError {
  return new UserError(
    `${file}: a page has at most ${MAX_PAGE_BYTES} bytes, got ${size}. Keep formulas only.`,
  )
}

function needed(allowed: string): string {
  return allowed === 'given' ? " See 'deepbsde new my-equation' for a complete page." : ''
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0].replace(/[.:]$/, '').slice(0, 200)
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
