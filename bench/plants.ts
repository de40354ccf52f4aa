/**
 * `npm run bench -- plants`: plants and stores as their pages are, over seeds: how far the worst run is from the page's reference, how far at the most
 * from what hindsight leaves, and whether the values of seeds differ by more than their stated errors. Minutes a seed.
 */
import { type SolveOptions, solve } from '../src/entry/solve.ts'
import type { Solution } from '../src/solution/solution.ts'
import type { BenchRow } from './suite.ts'

const SEEDS = [1, 2, 3, 4, 5]
const STUDIES: { id: string; options?: SolveOptions }[] = [
  { id: 'pendulum' },
  { id: 'cart-pole' },
  { id: 'cart-pole-swing-up' },
  { id: 'double-pendulum' },
  { id: 'planar-quadrotor' },
  { id: 'dubins-car' },
  { id: 'oscillator-chain' },
  { id: 'oscillator-chain', options: { settings: { dim: 100 } } },
  { id: 'battery' },
  { id: 'inventory' },
  { id: 'merton-consumption' },
  { id: 'merton-habit' },
]

export async function plantSuite(seeds = SEEDS): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const { id, options } of STUDIES) {
    const runs: Solution[] = []
    for (const seed of seeds) runs.push(await solve(id, { ...options, seed }))
    const times = runs.map(({ elapsedMs }) => elapsedMs.total).sort((a, b) => a - b)
    const settings = Object.entries(options?.settings ?? {}).map(([name, value]) => `,${name}=${value}`)
    rows.push({
      name: `plants::solve:problem=${id}${settings.join('')},seeds=${seeds.length}`,
      medianNs: times[times.length >> 1] * 1e6,
      samples: runs.length,
      figures: figuresOf(runs),
    })
  }
  return rows
}

function figuresOf(runs: readonly Solution[]): Record<string, number> {
  const most = (of: (run: Solution) => number | null | undefined) => {
    const known = runs.map(of).filter((value) => value !== null && value !== undefined)
    return known.length === 0 ? null : Math.max(...known)
  }
  const values = runs.map(({ value }) => value)
  const [error, gap] = [most((run) => run.relativeError), most((run) => run.hindsight?.gap)]
  return {
    meanValue: values.reduce((sum, value) => sum + value, 0) / values.length,
    ...(error !== null && { errorPercent: 100 * error }),
    ...(gap !== null && { gapPercent: 100 * gap }),
    // Above 1: seeds differ by more than three of their stated errors.
    spread: (Math.max(...values) - Math.min(...values)) / (3 * most((run) => run.standardError)!),
    unconverged: runs.filter(({ status }) => status === 'unconverged').length,
    oneSided: runs.filter(({ status }) => status === 'one-sided').length,
  }
}
