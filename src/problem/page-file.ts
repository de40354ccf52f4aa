/** What a page's file holds, before anything in it is looked at: of an equation or of a control problem. */
import { readFile, stat } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../errors/errors.ts'

/** A page is formulas, not data; this leaves room for a correlation matrix of 100 assets. */
export const MAX_PAGE_BYTES = 1 << 20

export type TextFormat = 'yaml' | 'json'

const textFormats: Readonly<Record<string, TextFormat>> = { '.yaml': 'yaml', '.yml': 'yaml', '.json': 'json' }
const moduleFormats = ['.ts', '.mts', '.js', '.mjs']

/** Whether what stands in a command's place for a problem names a file, not an id. */
export function isPagePath(argument: string): boolean {
  const extension = extname(argument)
  return extension in textFormats || moduleFormats.includes(extension) || /[\\/]/.test(argument)
}

/**
 * The value in a .yaml or .json file, which is data, or the default export of a .ts or .js module, which is run.
 *
 * @throws UserError naming the file, and what to do
 */
export async function readPageFile(path: string): Promise<unknown> {
  const size = await sizeOf(path)
  const extension = extname(path)
  if (moduleFormats.includes(extension)) return importPage(path)
  const format = textFormats[extension]
  if (format === undefined) {
    throw new UserError(
      `${path}: a page is a .yaml, .json, .ts or .js file. Use 'deepbsde new my-equation' to begin one.`,
    )
  }
  refuseLarge(path, size)
  return parsePageText(await readFile(path, 'utf8').catch(unreadable(path)), format, basename(path))
}

/** @throws UserError */
export async function parsePageText(text: string, format: TextFormat, file: string): Promise<unknown> {
  refuseLarge(file, text.length)
  const { parseJson, parseYaml } = await import('./page-yaml.ts')
  return format === 'json' ? parseJson(text, file) : parseYaml(text, file)
}

async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path).catch(unreadable(path))
  if (stats.isFile()) return stats.size
  const what = stats.isDirectory() ? 'a folder' : 'no plain file'
  throw new UserError(
    `${path}: this is ${what}. Give the path of a page, or use 'deepbsde new my-equation' to begin one.`,
  )
}

function unreadable(path: string) {
  return ({ code }: NodeJS.ErrnoException): never => {
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
        `${path}: a module's page is its default export. Use 'export default { … }' around its keys.`,
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
    const why = String(message).split('\n', 1)[0].replace(/[.:]$/, '').slice(0, 200)
    throw new UserError(`${path}: the module cannot be loaded: ${why}. Mend it, or write the page as .yaml.`)
  }
}

function refuseLarge(file: string, size: number): void {
  if (size <= MAX_PAGE_BYTES) return
  throw new UserError(`${file}: a page has at most ${MAX_PAGE_BYTES} bytes, got ${size}. Keep formulas only.`)
}
