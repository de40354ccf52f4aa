/** The stopping problems that come with the package: one file each in `problems/stopping/`, found by reading that folder. */
import { readdir } from 'node:fs/promises'
import type { StoppingDefinition } from './stopping-definition.ts'

const folder = new URL('../../problems/stopping/', import.meta.url)
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** The ids of all stopping problems, in alphabetical order. */
export async function listStoppingProblems(): Promise<string[]> {
  const files = await readdir(folder)
  return files
    .filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'))
    .map((file) => file.slice(0, -extension.length))
    .sort()
}

/** The page of that id, or null. */
export async function loadStoppingProblem(id: string): Promise<StoppingDefinition | null> {
  if (!(await listStoppingProblems()).includes(id)) return null
  const module: { default: StoppingDefinition } = await import(new URL(`${id}${extension}`, folder).href)
  return module.default
}

export async function loadAllStoppingProblems(): Promise<StoppingDefinition[]> {
  const pages = await Promise.all((await listStoppingProblems()).map(loadStoppingProblem))
  return pages.filter((page) => page !== null)
}
