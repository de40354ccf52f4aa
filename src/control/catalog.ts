/** The control problems that come with the package: one file each in `problems/control/`, found by reading that folder. */
import { listControlProblems } from '../problem/catalog.ts'
import type { ControlDefinition } from './definition.ts'

const folder = new URL('../../problems/control/', import.meta.url)
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** The page of that id, or null. */
export async function loadControlProblem(id: string): Promise<ControlDefinition | null> {
  if (!(await listControlProblems()).includes(id)) return null
  const module: { default: ControlDefinition } = await import(new URL(`${id}${extension}`, folder).href)
  return module.default
}

export async function loadAllControlProblems(): Promise<ControlDefinition[]> {
  const pages = await Promise.all((await listControlProblems()).map(loadControlProblem))
  return pages.filter((page) => page !== null)
}
