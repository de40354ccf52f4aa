/** Finds the methods: one folder each beside this file, loaded only when asked for, so that adding one touches no list. */
import { readdir } from 'node:fs/promises'
import { UserError } from '../errors/errors.ts'
import { suggestion } from '../problem/nearest.ts'
import type { Method } from './method.ts'

const folder = new URL('./', import.meta.url)
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** The ids of all methods, in alphabetical order. */
export async function listMethods(): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
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
  const module: { method: Method } = await import(new URL(`${id}/method${extension}`, folder).href)
  return module.method
}
