/**
 * The pages that come with the package: one file each in `problems/`, found by reading its folders, so that adding a page touches
 * no list.
 */
import { readdir } from 'node:fs/promises'
import { UserError } from '../errors/errors.ts'
import { suggestion } from '../problem/nearest.ts'
import { isPagePath } from '../problem/page-file.ts'
import { PART_KEYS, type Page, type PageOf, type PartKey } from './page.ts'
import { loadPage } from './reader.ts'

const root = new URL('../../problems/', import.meta.url)
/** The pages have this module's own form: `.ts` in the repository, `.js` in the built package. */
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** Where the pages about a part lie. */
function folderOf(part: PartKey): URL {
  return part === 'equation' ? root : new URL(`${part}/`, root)
}

/** The parts that built-in pages are about. */
async function subjects(): Promise<PartKey[]> {
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const names = folders.map(({ name }) => name)
  return ['equation', ...PART_KEYS.filter((key) => names.includes(key))]
}

/** The ids of the built-in pages about `part`, in alphabetical order. Reads the folder; imports nothing. */
export async function listProblems(part: PartKey = 'equation'): Promise<string[]> {
  const files = await readdir(folderOf(part))
  return files
    .filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'))
    .map((file) => file.slice(0, -extension.length))
    .sort()
}

/** The ids of all built-in pages: equations, control problems, rights to stop. */
export async function listAllProblems(): Promise<string[]> {
  return (await Promise.all((await subjects()).map((part) => listProblems(part)))).flat()
}

/** The built-in page of that id about `part`; null where there is none. */
export async function builtInOf<Key extends PartKey>(part: Key, id: string): Promise<PageOf[Key] | null> {
  if (!(await listProblems(part)).includes(id)) return null
  const module: { default: PageOf[Key] } = await import(new URL(`${id}${extension}`, folderOf(part)).href)
  return module.default
}

/** The built-in page of that id, whatever it is about; null where there is none. */
export async function builtIn(id: string): Promise<Page | null> {
  for (const part of await subjects()) {
    const page = await builtInOf(part, id)
    if (page !== null) return page
  }
  return null
}

/** The same. @throws UserError where there is none of that id, with the nearest one */
export async function loadBuiltIn(id: string): Promise<Page> {
  return (await builtIn(id)) ?? refuseUnknown(id)
}

/** Every built-in page, in the order of `listAllProblems`. */
export async function loadAllProblems(): Promise<Page[]> {
  return Promise.all((await listAllProblems()).map(loadBuiltIn))
}

/**
 * The built-in page of that id about `part`, `equation` unless given.
 *
 * @throws UserError where there is none of that id about it, with the nearest one, or the part that it is about
 */
export async function loadProblem<Key extends PartKey = 'equation'>(
  id: string,
  part?: Key,
): Promise<PageOf[Key]> {
  return (await builtInOf(part ?? ('equation' as Key), id)) ?? (await refuseUnknown(id))
}

/**
 * The page that a command's argument names: one's own by its path, else a built-in one by its id.
 *
 * @throws UserError where there is neither
 */
export function findPage(argument: string): Promise<Page> {
  return isPagePath(argument) ? loadPage(argument) : loadBuiltIn(argument)
}

async function refuseUnknown(id: string): Promise<never> {
  for (const part of await subjects()) {
    if (!(await listProblems(part)).includes(id)) continue
    throw new UserError(`'${id}' is about another part. Use loadProblem('${id}', '${part}').`)
  }
  const ids = await listAllProblems()
  const longer = id.length < 3 ? [] : ids.filter((one) => one.startsWith(id))
  const near =
    longer.length > 0 ? ` Did you mean ${longer.map((one) => `'${one}'`).join(' or ')}?` : suggestion(id, ids)
  throw new UserError(
    `unknown problem '${id.slice(0, 64)}'.${near} See 'deepbsde list', or give the path of your own page (.yaml, .json, .ts, .js).`,
  )
}
