/**
 * Hostile and broken inputs of all kinds, for as long as one likes:
 *
 *     node --import tsx bench/fuzz.ts [inputs] [seed]
 *
 * A half are state files, changed and signed again, opened and used; a quarter damaged pages, a quarter command lines. Each must end in one line
 * or in a value, within 20 s of a processor, and leaves the pages that lie there as they are. The suite does fourteen hundred.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resume } from '../src/entry/resume.ts'
import { solve } from '../src/entry/solve.ts'
import { DivergenceError, UserError } from '../src/errors/errors.ts'
import { loadModel } from '../src/methods/deep-bsde/model.ts'
import { loadPolicy, savePolicy } from '../src/methods/policy/policy-file.ts'
import { loadRule } from '../src/methods/stopping/rule-file.ts'
import { seededRandom } from '../src/problem/sample.ts'
import { runsOf } from '../test/safety/runs-of.ts'
import { strayOf } from '../test/safety/stray.ts'
import { tampered } from '../test/safety/tampered.ts'

const LONGEST = 20
/** Runs of one process. */
const BATCH = 250
const inputs = Number(process.argv[2] ?? 4000)
const seed = Number(process.argv[3] ?? 1)
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
const strays: string[] = []
for (const name of ['command-process.ts', 'page-process.ts'])
  for (let k = 0; k < inputs / 4 / BATCH; k++) await fuzzRuns(name, seed + k)
await fuzzFiles(inputs / 2)
rmSync(folder, { recursive: true })
for (const stray of strays) console.log(stray)
process.exitCode = strays.length > 0 ? 1 : 0

async function fuzzRuns(name: string, seed: number): Promise<void> {
  const runs = await runsOf(name, BATCH, seed, folder)
  for (const run of runs) {
    const stray = run.seconds > LONGEST ? `${run.seconds} s` : strayOf(run)
    if (stray !== null) strays.push(`${name} ${seed}: ${stray}: ${JSON.stringify(run).slice(0, 2000)}`)
  }
  const refused = runs.filter(({ exitCode }) => exitCode === 2).length
  console.log(`${name} ${seed}: ${runs.length} runs, ${refused} refused, ${strays.length} stray so far`)
}

async function fuzzFiles(changes: number): Promise<void> {
  const random = seededRandom(seed)
  const place = (name: string) => join(folder, name)
  const tiny = { iterations: 2, batchSize: 8, steps: 2, paths: 16, workers: 1 }
  const options = { settings: { dim: 2 }, ...tiny }
  await solve('allen-cahn', { ...options, checkpoint: place('ckpt'), save: place('model') })
  await savePolicy(place('policy'), (await solve('lqr', options)).policy!)
  const rights = { batchSize: 16, paths: 16, settings: { dim: 2, dates: 2 }, workers: 1 }
  await solve('max-call', { ...rights, save: place('rule') })
  const uses: Record<string, (path: string) => Promise<unknown>> = {
    ckpt: (path) => resume(path, { workers: 1 }),
    model: async (path) => (await loadModel(path)).evaluate([[0.1, 0.2]], 0, tiny),
    policy: async (path) => (await loadPolicy(path)).simulate(2),
    rule: async (path) => (await loadRule(path)).simulate(2),
  }
  const kinds = Object.keys(uses)
  const good = Object.fromEntries(kinds.map((kind) => [kind, readFileSync(place(kind))]))
  const counts = { refused: 0, used: 0 }
  for (let k = 0; k < changes; k++) {
    const kind = kinds[k % kinds.length]
    const bytes = tampered(good[kind], random)
    writeFileSync(place('bad'), bytes)
    const before = process.cpuUsage()
    try {
      await uses[kind](place('bad'))
      counts.used++
    } catch (error) {
      counts.refused++
      const isClear = error instanceof UserError || error instanceof DivergenceError
      if (!isClear) keep(kind, k, bytes, (error as Error).stack)
    }
    const { user, system } = process.cpuUsage(before)
    if ((user + system) / 1e6 > LONGEST) keep(kind, k, bytes, `${(user + system) / 1e6} s`)
    if (k % 500 === 499)
      console.log(`${k + 1} state files: ${JSON.stringify(counts)}, ${strays.length} stray so far`)
  }
}

function keep(kind: string, k: number, bytes: Buffer, what: string | undefined): void {
  const path = join(tmpdir(), `stray-${seed}-${k}.${kind}`)
  writeFileSync(path, bytes)
  strays.push(`${path}: ${what}`)
}
