/** Whole commands, start to answer, as a person waits for them: error, time and memory over seeds. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { BenchRow } from './suite.ts'

const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url))
const PROBLEMS = ['hjb-lq', 'allen-cahn', 'black-scholes-default-risk', 'black-scholes-different-rates']
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

interface CommandRun {
  elapsedMs: number
  peakMegabytes: number
  relativeError: number
}

/** Needs the build (`npm run build`). */
export async function commandSuite(seeds: number[] = SEEDS): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const problem of PROBLEMS) {
    const runs: CommandRun[] = []
    for (const seed of seeds)
      runs.push(await runCommand(['solve', problem, '--json', '--seed', String(seed)]))
    const sorted = (figure: (run: CommandRun) => number) => runs.map(figure).sort((a, b) => a - b)
    const times = sorted((run) => run.elapsedMs)
    const errors = sorted((run) => run.relativeError)
    rows.push({
      name: `command::solve:problem=${problem},seeds=${seeds.length}`,
      medianNs: times[Math.floor(times.length / 2)] * 1e6,
      samples: seeds.length,
      figures: {
        slowestSeconds: times[times.length - 1] / 1000,
        medianErrorPercent: 100 * errors[Math.floor(errors.length / 2)],
        secondLargestErrorPercent: 100 * errors[Math.max(0, errors.length - 2)],
        largestErrorPercent: 100 * errors[errors.length - 1],
        peakMegabytes: Math.max(...runs.map((run) => run.peakMegabytes)),
      },
    })
  }
  rows.push(await listRow())
  return rows
}

async function listRow(): Promise<BenchRow> {
  const times: number[] = []
  for (let k = 0; k < 10; k++) times.push((await timed(['list'])).elapsedMs)
  times.sort((a, b) => a - b)
  return { name: 'command::list', medianNs: times[5] * 1e6, samples: times.length }
}

async function runCommand(args: string[]): Promise<CommandRun> {
  const { stdout, elapsedMs, peakMegabytes } = await timed(args)
  return { elapsedMs, peakMegabytes, relativeError: JSON.parse(stdout).relativeError }
}

export interface TimedCommand {
  stdout: string
  elapsedMs: number
  /** Of all its threads. */
  cpuSeconds: number
  peakMegabytes: number
}

/** Runs the command line in a process of its own, which tells its processor time and peak memory on standard error as it leaves. */
export function timed(args: string[]): Promise<TimedCommand> {
  const tell = `process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
    process.stderr.write('\\npeak ' + maxRSS + '\\ncpu ' + (userCPUTime + systemCPUTime) + '\\n')
  })`
  const startedAt = performance.now()
  const child = spawn(process.execPath, [
    '--import',
    `data:text/javascript,${encodeURIComponent(tell)}`,
    MAIN,
    ...args,
  ])
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== 0 && code !== 3)
        reject(new Error(`deepbsde ${args.join(' ')} ended with ${code}: ${stderr}`))
      // A process that starts itself again tells twice: the inner one has done the work.
      const most = (pattern: RegExp) =>
        Math.max(...[...stderr.matchAll(pattern)].map(([, text]) => Number(text)))
      resolve({
        stdout,
        elapsedMs: performance.now() - startedAt,
        cpuSeconds: most(/cpu (\d+)/g) / 1e6,
        peakMegabytes: most(/peak (\d+)/g) / 1024,
      })
    })
  })
}
