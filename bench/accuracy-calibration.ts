/**
 * Coverage of the 95 % interval over 200 seeds, small problems with exact values:
 *
 *     node bench/accuracy-calibration.ts [seeds] [problem …]
 */
import { chooseKernel } from '../src/kernels/loader.ts'
import type { SettingValue } from '../src/problem/definition.ts'
import type { RunOptions } from '../src/solution/solution.ts'
import { type Coverage, coverageOf } from '../src/studies/coverage.ts'
import { type LocalOptions, solveLocally } from '../test/support/local-session.ts'

interface Case {
  problem: string
  settings: Record<string, SettingValue>
  options?: RunOptions
}

export const CALIBRATION: Case[] = [
  { problem: 'hjb-lq', settings: { dim: 5 } },
  { problem: 'hjb-lq', settings: { dim: 5, lambda: 5 } },
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

export function coverageLine(
  name: string,
  { runs, share, interval, meanScore, scoreDeviation }: Coverage,
): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`
  return `| ${name} | ${runs} | ${percent(share)} | ${interval.map(percent).join(' to ')} | ${meanScore.toFixed(2)} ± ${(scoreDeviation / Math.sqrt(runs)).toFixed(2)} | ${scoreDeviation.toFixed(2)} |`
}

if (import.meta.main) {
  const [seeds = '200', ...names] = process.argv.slice(2)
  console.log(
    '| problem | seeds | covered | 95 % interval of that | mean of error/se | deviation |\n|---|---|---|---|---|---|',
  )
  for (const entry of CALIBRATION.filter(({ problem }) => names.length === 0 || names.includes(problem))) {
    const label = `${entry.problem} ${JSON.stringify(entry.settings)}`
    console.log(coverageLine(label, coverageOf(await calibrationScores(entry, Number(seeds)))))
  }
}
