/** Kills a run again and again with SIGKILL, resumes it each time, and looks whether anything was lost. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readCheckpoint } from '../../src/checkpoint/checkpoints.ts'
import type { Solution } from '../../src/solution/solution.ts'
import { run, start } from '../cli/run.ts'

/** Runs of a second or two whose bits are easily disturbed: every iteration counts, and so does every round of paths. */
const RUNS = {
  'deep-bsde': 'allen-cahn --set dim=12 --steps 12 --schedule cosine --iterations 300 --paths 8192',
  policy: 'lqr --set dim=4 --steps 12 --iterations 150 --paths 16384',
  'multilevel-picard': 'allen-cahn --set dim=12 --method multilevel-picard --levels 4 --repetitions 80',
  stopping: 'max-call --set dim=3 --batch-size 4096 --paths 4096',
}

export type KilledMethod = keyof typeof RUNS
export const KILLED_METHODS = Object.keys(RUNS) as KilledMethod[]

export interface Story {
  kills: number
  /** Kills before there was anything to resume. */
  early: number
  /** Kills that left something. */
  found: number
}

/** What must be the same, everything but times and the number of workers: the value in plain, the rest as a hash. */
export function bitsOf(json: string): string {
  const { elapsedMs, workers, history, ...rest } = JSON.parse(json) as Solution
  const { elapsedMs: times, ...curves } = history
  const hash = createHash('sha256')
    .update(JSON.stringify({ ...rest, curves }))
    .digest('hex')
  return `${rest.value} after ${rest.iterations} iterations, ${hash}`
}

export interface Uninterrupted {
  bits: string
  /** How long it took here, milliseconds: kills come at any time of that. */
  elapsedMs: number
}

const solving = (method: KilledMethod) => ['solve', ...RUNS[method].split(' '), '--json', '--history', '-q']

export async function uninterrupted(method: KilledMethod): Promise<Uninterrupted> {
  const before = performance.now()
  const { stdout, exitCode, stderr } = await start([...solving(method), '--workers', '2']).outcome
  if (exitCode !== 0) throw new Error(stderr)
  return { bits: bitsOf(stdout), elapsedMs: performance.now() - before }
}

/**
 * Starts the run, kills it `kills` times at moments from `random`, resuming in between with one worker or two, and lets it end.
 * @throws Error where a checkpoint is not whole, or the end is not `expected`
 */
export async function killAndResume(
  method: KilledMethod,
  kills: number,
  expected: Uninterrupted,
  random: () => number,
): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), 'deepbsde-kill-'))
  const path = join(folder, 'run.ckpt')
  const story: Story = { kills: 0, early: 0, found: 0 }
  const command = () => {
    const workers = String(1 + Math.floor(2 * random()))
    return existsSync(path)
      ? ['resume', path, '--every', '20ms', '--workers', workers, '--json', '--history', '-q']
      : [...solving(method), '--checkpoint', path, '--every', '20ms', '--workers', workers]
  }
  try {
    for (; story.kills < kills; story.kills++) {
      const { process: child, outcome } = start(command())
      await Promise.race([sleep(expected.elapsedMs * random()), outcome])
      child.kill('SIGKILL')
      await outcome
      // One that was begun before anything was computed holds no arrays.
      if (existsSync(path) && (await readCheckpoint(path)).arrays.length > 0) story.found++
      else story.early++
    }
    const { stdout, stderr, exitCode } = await run(command())
    if (exitCode !== 0) throw new Error(`resume ended with ${exitCode}: ${stderr}`)
    if (bitsOf(stdout) !== expected.bits)
      throw new Error(`other bits after ${kills} kills: ${stdout.slice(0, 300)}`)
    return story
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
