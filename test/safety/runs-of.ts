/** A process of many runs, and what each ended in. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { EndedRun } from './many-runs.ts'

export async function runsOf(name: string, count: number, seed: number, folder: string): Promise<EndedRun[]> {
  const file = fileURLToPath(new URL(name, import.meta.url))
  // The process may move to another folder, from where its workers would not find the loader by name.
  const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const loader = process.features.typescript ? [] : ['--import', tsx()]
  const args = [...loader, file, String(count), String(seed), folder]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 28 })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
