/** Finds the methods: one file each in `methods/`, loaded only when asked for, so that adding one touches no list. */
import { readdir } from 'node:fs/promises'
import { UserError } from './errors.ts'
import type { Method } from './method.ts'
import { suggestion } from './problem/nearest.ts'

const folder = new URL('./methods/', import.meta.url)
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** The ids of all methods, in alphabetical order. */
export async function listMethods(): Promise<string[]> {
  const files = await readdir(folder)
  return files
    .filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'))
    .map((file) => file.slice(0, -extension.length))
    .sort()
}

/** @throws UserError where there is no method of that id, with the nearest one. */
export async function loadMethod(id: string): Promise<Method> {
  const ids = await listMethods()
  if (!ids.includes(id)) {
    throw new UserError(
      `unknown method '${id.slice(0, 64)}'.${suggestion(id, ids)} Methods: ${ids.join(', ')}.`,
    )
  }
  const module: { method: Method } = await import(new URL(`${id}${extension}`, folder).href)
  return module.method
}
