/** Hostile pages through the command line, many in one process; prints what each ended in. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../src/problem/sample.ts'
import { damagedPage } from '../support/hostile-pages.ts'
import { manyRuns } from './many-runs.ts'

const [count, seed, folder] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]]
const random = seededRandom(seed)
const tiny = '--iterations 2 --batch-size 8 --paths 16 --steps 2 --workers 1 --json'.split(' ')

await manyRuns(count, () => {
  const file = join(folder, random() < 0.5 ? 'page.json' : 'page.yaml')
  const text = JSON.stringify(damagedPage(random))
  writeFileSync(file, random() < 0.05 ? text.slice(0, Math.floor(random() * text.length)) : text)
  // A trial is a solve of a second or more; what it solves, `solve` does here as well.
  const check = ['check', file, ...(random() < 0.95 ? ['--no-trial'] : [])]
  return { args: random() < 0.75 ? check : ['solve', file, ...tiny], about: text }
})
