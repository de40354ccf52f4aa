/**
 * Kills runs with SIGKILL at random moments, mostly while they write, and looks at every file: each is as it was, or whole.
 *
 *     node --import tsx bench/kill-outputs.ts [kills] [seed]
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readStateFile } from '../src/checkpoint/file.ts'
import { UniformStream } from '../src/random/uniform.ts'
import { type Run, start } from '../test/cli/run.ts'

const kills = Number(process.argv[2] ?? 200)
const uniform = new UniformStream(Number(process.argv[3] ?? 1), 0, 0)
const root = mkdtempSync(join(tmpdir(), 'kill-outputs-'))
const quick = '--iterations 30 --batch-size 32 --steps 5 --paths 512 --workers 1 -q'.split(' ')
const kept = ['--checkpoint', 'c', '--every', '20ms']
const runs = {
  'deep-bsde': ['solve', 'allen-cahn', '--set', 'dim=5', ...quick, ...kept, '--save', 's'],
  policy: ['solve', 'lqr', '--set', 'dim=2', ...quick, ...kept, '--save', 's'],
  'multilevel-picard': 'solve allen-cahn --set dim=5 --method multilevel-picard --levels 3 -q'
    .split(' ')
    .concat(kept),
  stopping: [
    'solve',
    'max-call',
    ...'--batch-size 4096 --paths 4096 --workers 1 -q'.split(' '),
    ...kept,
    '--save',
    's',
  ],
}
const names = Object.keys(runs) as (keyof typeof runs)[]
const OLD = 'what was there before\n'
const found: Record<string, number> = {}
/** How long each takes here when it is left alone, milliseconds. */
const lengths = new Map<string, number>()
for (const name of names) {
  const begun = performance.now()
  await begin(name, join(root, name)).outcome
  lengths.set(name, performance.now() - begun)
}

for (let k = 0; k < kills; k++) {
  const name = names[k % names.length]
  const folder = join(root, String(k))
  const place = (file: string) => join(folder, file)
  const { process: child, outcome } = begin(name, folder)
  // Towards the end, where files are written, more often than at the start.
  await Promise.race([outcome, sleep(lengths.get(name)! * Math.sqrt(uniform.next()))])
  child.kill('SIGKILL')
  await outcome
  for (const file of readdirSync(folder)) {
    const state = await stateOf(place(file))
    found[`${file.replace(/^\..*/, 'left beside')} ${state}`] =
      (found[`${file.replace(/^\..*/, 'left beside')} ${state}`] ?? 0) + 1
    if (state === 'TORN') console.log(`kill ${k} of ${name}: ${place(file)} is torn`)
  }
  if (k % 10 === 9) console.log(`${k + 1} kills: ${JSON.stringify(found)}`)
}
rmSync(root, { recursive: true })
process.exitCode = Object.keys(found).some((key) => key.endsWith('TORN')) ? 1 : 0

function begin(name: keyof typeof runs, folder: string): Run {
  mkdirSync(folder)
  const place = (file: string) => join(folder, file)
  writeFileSync(place('r.html'), OLD)
  const outputs = ['--report', place('r.html'), '--plot', place('p.svg'), '--log', place('l.ndjson')]
  const own = runs[name].map((word) => (word === 'c' || word === 's' ? place(word) : word))
  return start([...own, ...(name === 'multilevel-picard' ? outputs.slice(0, 2) : outputs)])
}

async function stateOf(path: string): Promise<string> {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (/\.new$|\.lock$/.test(path)) return 'left'
  if (text === OLD) return 'old'
  if (path.endsWith('.html')) return text.trimEnd().endsWith('</html>') ? 'whole' : 'TORN'
  if (path.endsWith('.svg')) return text.trimEnd().endsWith('</svg>') ? 'whole' : 'TORN'
  if (path.endsWith('.ndjson')) return text === '' || text.endsWith('\n') ? 'whole' : 'TORN'
  return readStateFile(path).then(
    () => 'whole',
    () => 'TORN',
  )
}
