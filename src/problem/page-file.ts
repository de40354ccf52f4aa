/** What a page's file holds, before anything in it is looked at: of an equation or of a control problem. */
import { basename, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../errors/errors.ts'
import { ReadError, readPlain, SizeError } from '../files/read.ts'
import { statOf, strangeKind } from '../files/target.ts'

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
  refuseStrange(path)
  const extension = extname(path)
  if (moduleFormats.includes(extension)) return importPage(path)
  const format = textFormats[extension]
  if (format === undefined) {
    throw new UserError(
      `${path}: a page is a .yaml, .json, .ts or .js file. Use 'deepbsde new my-equation' to begin one.`,
    )
  }
  return parsePageText(decoded(await bytesOf(path), path), format, basename(path))
}

/** @throws UserError */
export async function parsePageText(text: string, format: TextFormat, file: string): Promise<unknown> {
  if (text.length > MAX_PAGE_BYTES) throw tooLarge(file, text.length)
  if (format === 'json') return (await import('./page-json.ts')).parseJson(text, file)
  return (await import('./page-yaml.ts')).parseYaml(text, file)
}

/** @throws UserError for anything but a plain file */
function refuseStrange(path: string): void {
  const stats = statOf(path)
  if (stats === null) throw unreadable(path, 'there is no such file')
  const strange = strangeKind(stats)
  if (strange !== null) throw unreadable(path, `this is ${strange}, not a plain file`)
}

/** @throws UserError for anything but a plain file of a page's size */
async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readPlain(path, MAX_PAGE_BYTES)
  } catch (error) {
    if (error instanceof SizeError) throw tooLarge(path, error.size)
    if (error instanceof ReadError) throw unreadable(path, error.message)
    throw error
  }
}

/** UTF-8, with or without a byte order mark; anything else would be read as other characters. @throws UserError */
function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UserError(`${path}: its text is not UTF-8. Save it as UTF-8.`)
  }
}

function unreadable(path: string, why: string): UserError {
  return new UserError(
    `${path}: ${why}. Give the path of a page, or use 'deepbsde new my-equation' to begin one.`,
  )
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
    throw error instanceof UserError ? error : unloaded(path, error as Error)
  }
}

/** Why a module does not load, and what helps. */
export function unloaded(path: string, error: NodeJS.ErrnoException): UserError {
  const { code, message } = error
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return new UserError(
      `${path}: this Node (${process.version}) does not read TypeScript. Use Node 22.18 or later, or write the page as .js or .yaml.`,
    )
  }
  if (error instanceof SyntaxError && /\b(export|import)\b/.test(message)) {
    const name = path.replace(/[cm]?([jt]s)$/, 'm$1')
    return new UserError(
      `${path}: it is read as CommonJS, as the package.json beside or above it says, which has no export. Name it ${name}, or write the page as .yaml.`,
    )
  }
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes("package 'deepbsde'")) {
    return new UserError(
      `${path}: its folder has no package 'deepbsde'. Use 'npm install deepbsde' there, or export the plain object: defineProblem only adds types.`,
    )
  }
  const why = String(message).split('\n', 1)[0].replace(/[.:]$/, '').slice(0, 200)
  return new UserError(`${path}: the module cannot be loaded: ${why}. Mend it, or write the page as .yaml.`)
}

function tooLarge(file: string, size: number): UserError {
  return new UserError(
    `${file}: a page has at most ${MAX_PAGE_BYTES} bytes, got ${size}. Keep formulas only.`,
  )
}
