/**
 * The problems that come with the package: one file each in `problems/`, found by reading that folder, so that
 * adding a problem touches no list.
 */
import { readdir } from 'node:fs/promises'
import { UserError } from '../errors/errors.ts'
import type { ProblemDefinition } from './definition.ts'
import { suggestion } from './nearest.ts'

const folder = new URL('../../problems/', import.meta.url)
/** The pages have this module's own form: `.ts` in the repository, `.js` in the built package. */
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** The ids of all built-in equations, in alphabetical order. Reads the folder; imports nothing. */
export function listProblems(): Promise<string[]> {
  return idsIn(folder)
}

/** The ids of all built-in control problems, likewise. */
export function listControlProblems(): Promise<string[]> {
  return idsIn(new URL('control/', folder))
}

async function idsIn(place: URL): Promise<string[]> {
  const files = await readdir(place)
  return files
    .filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'))
    .map((file) => file.slice(0, -extension.length))
    .sort()
}

/**
 * The page of one built-in problem.
 *
 * @throws UserError where there is none of that id, with the nearest one.
 */
export async function loadProblem(id: string): Promise<ProblemDefinition> {
  const ids = await listProblems()
  if (!ids.includes(id)) {
    throw new UserError(
      `unknown problem '${id.slice(0, 64)}'.${suggestion(id, [...ids, ...(await listControlProblems())])} See 'deepbsde list', or give the path of your own page (.yaml, .json, .ts, .js).`,
    )
  }
  const module: { default: ProblemDefinition } = await import(new URL(`${id}${extension}`, folder).href)
  return module.default
}

/** Every built-in page, in alphabetical order of ids. */
export async function loadAllProblems(): Promise<ProblemDefinition[]> {
  return Promise.all((await listProblems()).map(loadProblem))
}
