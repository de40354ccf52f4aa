/** Kills a run again and again with SIGKILL, resumes it each time, and looks whether anything was lost. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readCheckpoint } from '../../src/checkpoint/checkpoints.ts'
import type { Solution } from '../../src/solution/solution.ts'
import { run, start } from '../cli/run.ts'

/** A run of a few seconds whose bits are easily disturbed: every iteration counts, and so does every round of paths. */
const RUN =
  'allen-cahn --set dim=12 --steps 12 --schedule cosine --iterations 1500 --paths 65536 --json --history -q'.split(
    ' ',
  )

/** A run is killed at any time up to this: about as long as it takes. */
const LONGEST_MS = 5000

export interface Story {
  kills: number
  /** Kills before there was anything to resume. */
  early: number
  /** Bytes of every checkpoint that was found. */
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

export async function uninterrupted(): Promise<string> {
  const { stdout, exitCode, stderr } = await run(['solve', ...RUN, '--workers', '2'])
  if (exitCode !== 0) throw new Error(stderr)
  return bitsOf(stdout)
}

/**
 * Starts the run, kills it `kills` times at times from `random`, resuming in between with one worker or two, and lets it end.
 * @throws Error where a checkpoint is not whole, or the end is not `expected`
 */
export async function killAndResume(kills: number, expected: string, random: () => number): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), 'deepbsde-kill-'))
  const path = join(folder, 'run.ckpt')
  const story: Story = { kills: 0, early: 0, found: 0 }
  const command = () => {
    const workers = String(1 + Math.floor(2 * random()))
    return existsSync(path)
      ? ['resume', path, '--every', '20ms', '--workers', workers, '--json', '--history', '-q']
      : ['solve', ...RUN, '--checkpoint', path, '--every', '20ms', '--workers', workers]
  }
  try {
    for (; story.kills < kills; story.kills++) {
      const { process: child, outcome } = start(command())
      await Promise.race([sleep(LONGEST_MS * random()), outcome])
      child.kill('SIGKILL')
      await outcome
      if (!existsSync(path)) story.early++
      else if ((await readCheckpoint(path)).arrays.length > 0) story.found++
    }
    const { stdout, stderr, exitCode } = await run(command())
    if (exitCode !== 0) throw new Error(`resume ended with ${exitCode}: ${stderr}`)
    if (bitsOf(stdout) !== expected)
      throw new Error(`other bits after ${kills} kills: ${stdout.slice(0, 300)}`)
    return story
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
