/** A process of many runs, and what each ended in. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { EndedRun } from './many-runs.ts'

/** Pages of somebody's, under names that command lines give for outputs. */
const KEPT = ['nothing', 'text', 'dim=3']
const PAGE =
  'settings: { dim: 1, horizon: 1 }\nx0: 0\ndrift: "0"\ndiffusion: "1"\ndriver: "0"\nterminal: "x[1]"\n'

/** @throws Error where a file that was in the folder is not as it was */
export async function runsOf(name: string, count: number, seed: number, folder: string): Promise<EndedRun[]> {
  const file = fileURLToPath(new URL(name, import.meta.url))
  // The process may move to another folder, from where its workers would not find the loader by name.
  const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const loader = process.features.typescript ? [] : ['--import', tsx()]
  const args = [...loader, file, String(count), String(seed), folder]
  for (const kept of KEPT) writeFileSync(join(folder, kept), PAGE)
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 28 })
  for (const kept of KEPT) {
    if (readFileSync(join(folder, kept), 'utf8') !== PAGE) throw new Error(`${kept} was written over`)
  }
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
