/** Rights to stop as whole commands: which side of the truth the limits lie on over seeds, their gap, and what dimensions cost. */
import type { Solution } from '../src/solution/solution.ts'
import { type TimedCommand, timed } from './commands.ts'
import type { BenchRow } from './suite.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const SPOTS = [90, 100, 110]
const DIMENSIONS = [2, 5, 10, 50, 100, 200, 500]
/** The cases of Longstaff and Schwartz (2001), Table 1: spot, volatility, years. */
const PUTS = [36, 38, 40, 42, 44].flatMap((spot) =>
  [0.2, 0.4].flatMap((sigma) => [1, 2].map((horizon) => ({ spot, sigma, horizon }))),
)

/** Needs the build (`npm run build`). */
export async function stoppingSuite(seeds: number[] = SEEDS): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const dim of [2, 3, 5]) {
    for (const spot of SPOTS) rows.push(await row('max-call', { dim, spot }, seeds))
  }
  for (const settings of PUTS) rows.push(await row('bermudan-put', settings, [1]))
  rows.push(await row('geometric-mean-call', {}, [1]))
  return rows
}

/** Time, memory and gap against the dimension, at the usual size. Needs the build. */
export async function stoppingDimensions(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const dim of DIMENSIONS) rows.push(await row('max-call', { dim }, [1]))
  return rows
}

async function row(problem: string, settings: Record<string, number>, seeds: number[]): Promise<BenchRow> {
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const runs: (TimedCommand & { solution: Solution })[] = []
  for (const seed of seeds) {
    const run = await timed(['solve', problem, ...set, '--seed', String(seed), '--json', '--quiet'])
    runs.push({ ...run, solution: JSON.parse(run.stdout) })
  }
  const sorted = runs.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b)
  const worst = (figure: (run: (typeof runs)[number]) => number) => Math.max(...runs.map(figure))
  const name = Object.entries(settings)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  return {
    name: `stopping::${problem}:${name === '' ? '' : `${name},`}seeds=${seeds.length}`,
    medianNs: sorted[Math.floor(sorted.length / 2)] * 1e6,
    samples: runs.length,
    figures: {
      // In standard errors; a limit on its own side of the truth counts below 0.
      lowerBeyond: worst(({ solution }) => beyond(solution, 'lower')),
      upperBeyond: worst(({ solution }) => beyond(solution, 'upper')),
      largestGapPercent: 100 * worst(({ solution }) => solution.stopping!.relativeGap!),
      cpuSeconds: runs.reduce((sum, { cpuSeconds }) => sum + cpuSeconds / runs.length, 0),
      peakMegabytes: worst(({ peakMegabytes }) => peakMegabytes),
    },
  }
}

/** NaN where the truth is not known. */
function beyond({ stopping, reference }: Solution, side: 'lower' | 'upper'): number {
  const limit = stopping![side]
  if (limit === null || reference === null) return Number.NaN
  const error = Math.hypot(limit.standardError, reference.standardError ?? 0)
  return ((side === 'lower' ? 1 : -1) * (limit.value - reference.value)) / error
}
