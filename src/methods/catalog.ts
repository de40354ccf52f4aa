/** Finds the methods: one folder each beside this file, loaded only when asked for, so that adding one touches no list. */
import { readdir } from 'node:fs/promises'
import { UserError } from '../errors/errors.ts'
import type { Page } from '../page/page.ts'
import { suggestion } from '../problem/nearest.ts'
import type { About } from './about.ts'
import type { Method, Stages } from './method.ts'
import { fits } from './parts.ts'

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

/** What every method says of itself, in the order of the ids; nothing of how they solve is loaded. */
export async function describeMethods(): Promise<About[]> {
  return Promise.all((await listMethods()).map((id) => load<{ about: About }>(id, 'about').then(aboutOf)))
}

/** The id of the one that solves such pages where nobody asks for another: of those that take it, the one that needs the most. */
export async function usualMethod(page: Page): Promise<string> {
  const usual = (await describeMethods()).filter((about) => about.isUsual && fits(about, page))
  if (usual.length === 0)
    throw new UserError(`${page.id}: no method solves such a page. Give one by --method.`)
  return usual.reduce((best, next) => (next.needs.length > best.needs.length ? next : best)).id
}

/** @throws UserError where there is no method of that id, with the nearest one. */
export async function loadMethod(id: string): Promise<Method> {
  await requireMethod(id)
  return (await load<{ method: Method }>(id, 'method')).method
}

/** What its workers do. @throws UserError likewise */
export async function loadStages(id: string): Promise<Stages> {
  await requireMethod(id)
  return (await load<{ stages: Stages }>(id, 'stages')).stages
}

/** What it says of itself. @throws UserError likewise */
export async function describeMethod(id: string): Promise<About> {
  await requireMethod(id)
  return aboutOf(await load(id, 'about'))
}

async function requireMethod(id: string): Promise<void> {
  const ids = await listMethods()
  if (ids.includes(id)) return
  throw new UserError(
    `unknown method '${id.slice(0, 64)}'.${suggestion(id, ids)} Methods: ${ids.join(', ')}.`,
  )
}

function aboutOf({ about }: { about: About }): About {
  return about
}

function load<Module>(id: string, file: 'about' | 'method' | 'stages'): Promise<Module> {
  return import(new URL(`${id}/${file}${extension}`, folder).href)
}
