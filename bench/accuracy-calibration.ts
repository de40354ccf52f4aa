/**
 * Coverage of the 95 % interval over seeds 1, 2, …, with the interval of that share (Wilson's, for a binomial law), on small
 * problems with exact values. All of them with 200 seeds take some minutes on one thread:
 *
 *     node bench/accuracy-calibration.ts [seeds] [problem …]
 */
import { chooseKernel } from '../src/kernels/loader.ts'
import type { SettingValue } from '../src/problem/definition.ts'
import type { RunOptions } from '../src/solution/solution.ts'
import { type Coverage, coverageOf } from '../test/support/coverage.ts'
import { type LocalOptions, solveLocally } from '../test/support/local-session.ts'

interface Case {
  problem: string
  settings: Record<string, SettingValue>
  options?: RunOptions
}

export const CALIBRATION: Case[] = [
  { problem: 'hjb-lq', settings: { dim: 5 } },
  // So curved that the grid's error at 20 steps, and what 50 iterations leave, are more than the standard error.
  { problem: 'hjb-lq', settings: { dim: 5, lambda: 5 }, options: { steps: 160, iterations: 300 } },
  { problem: 'allen-cahn', settings: { dim: 10 } },
  { problem: 'heat-reaction', settings: { dim: 10 } },
  { problem: 'burgers-type', settings: { dim: 5, horizon: 0.2 } },
  { problem: 'black-scholes-barenblatt', settings: { dim: 5 } },
  { problem: 'bounded-solution', settings: { dim: 5 } },
  { problem: 'margrabe-exchange', settings: {} },
]

/** (value − exact)/standardError of each seed. */
export async function calibrationScores(
  { problem, settings, options }: Case,
  seeds: number,
  extra: LocalOptions = {},
): Promise<number[]> {
  const scores: number[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const run = { iterations: 50, steps: 20, paths: 2048, kernel: chooseKernel(), ...options, ...extra }
    const { value, standardError, reference } = await solveLocally(problem, { ...run, settings, seed })
    scores.push((value - reference) / standardError)
  }
  return scores
}

/** Shares of covered runs that are asked for. */
const WANTED: [number, number] = [0.91, 0.98]

export function coverageLine(name: string, coverage: Coverage): string {
  const { runs, share, interval, meanScore, scoreDeviation } = coverage
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`
  const mean = `${meanScore.toFixed(2)} ± ${(scoreDeviation / Math.sqrt(runs)).toFixed(2)}`
  const cells = [
    name,
    runs,
    percent(share),
    interval.map(percent).join(' to '),
    mean,
    scoreDeviation.toFixed(2),
  ]
  return `| ${[...cells, verdict(coverage)].join(' | ')} |`
}

/** Whether the share is as wanted; `missed` where its interval shows that the true one is not. */
function verdict({ share, interval: [low, high] }: Coverage): string {
  if (high < WANTED[0] || low > WANTED[1]) return 'missed'
  return share >= WANTED[0] && share <= WANTED[1] ? 'met' : 'not met, not excluded'
}

if (import.meta.main) {
  const [seeds = '200', ...names] = process.argv.slice(2)
  const cases = CALIBRATION.filter(({ problem }) => names.length === 0 || names.includes(problem))
  console.log(
    '| problem | seeds | covered | 95 % interval of that | mean of error/se | deviation | 91 to 98 % |',
  )
  console.log('|---|---|---|---|---|---|---|')
  for (const entry of cases) {
    const startedAt = performance.now()
    const label = `${entry.problem} ${JSON.stringify(entry.settings)}`
    console.log(coverageLine(label, coverageOf(await calibrationScores(entry, Number(seeds)))))
    console.error(`${label}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  }
}
