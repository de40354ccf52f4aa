/**
 * State files changed and signed again, opened and used, for as long as one likes:
 *
 *     node bench/fuzz.ts [changes] [seed]
 *
 * Each must end in one line (UserError, DivergenceError) or in a value. The suite does a thousand of each kind.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resume } from '../src/entry/resume.ts'
import { solve } from '../src/entry/solve.ts'
import { DivergenceError, UserError } from '../src/errors/errors.ts'
import { loadModel } from '../src/methods/deep-bsde/model.ts'
import { loadPolicy, savePolicy } from '../src/methods/policy/policy-file.ts'
import { seededRandom } from '../src/problem/sample.ts'
import { tampered } from '../test/safety/tampered.ts'

const changes = Number(process.argv[2] ?? 3000)
const random = seededRandom(Number(process.argv[3] ?? 1))
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
const place = (name: string) => join(folder, name)
const tiny = { iterations: 2, batchSize: 8, steps: 2, paths: 16, workers: 1 }
const options = { settings: { dim: 2 }, ...tiny }
await solve('allen-cahn', { ...options, checkpoint: place('ckpt'), save: place('model') })
await savePolicy(place('policy'), (await solve('lqr', options)).policy!)
const uses: Record<string, (path: string) => Promise<unknown>> = {
  ckpt: (path) => resume(path, { workers: 1 }),
  model: async (path) => (await loadModel(path)).evaluate([[0.1, 0.2]], 0, tiny),
  policy: async (path) => (await loadPolicy(path)).simulate(2),
}
const good = Object.fromEntries(Object.keys(uses).map((kind) => [kind, readFileSync(place(kind))]))
const counts = { refused: 0, used: 0, stray: 0 }
for (let k = 0; k < changes; k++) {
  const kind = Object.keys(uses)[k % 3]
  const bytes = tampered(good[kind], random)
  writeFileSync(place('bad'), bytes)
  const before = performance.now()
  try {
    await uses[kind](place('bad'))
    counts.used++
  } catch (error) {
    const isClear = error instanceof UserError || error instanceof DivergenceError
    counts[isClear ? 'refused' : 'stray']++
    if (!isClear) {
      writeFileSync(`${tmpdir()}/stray-${k}.${kind}`, bytes)
      console.log(`${kind} ${k}: ${(error as Error).stack}`)
    }
  }
  const seconds = (performance.now() - before) / 1000
  if (seconds > 20) console.log(`${kind} ${k} took ${seconds.toFixed(0)} s`)
  if (k % 300 === 299) console.log(`${k + 1} changes: ${JSON.stringify(counts)}`)
}
rmSync(folder, { recursive: true })
process.exitCode = counts.stray > 0 ? 1 : 0
