/**
 * What share of Z's variance networks of a given width miss on hjb-lq, without skips:
 *
 *     node bench/accuracy-width.ts [dims] [families]        10,30,100 and two-layer unless given
 *
 * The estimate by one path has the variance E∫|Z − Ẑ|²dt. Without any network that is E∫|Z|²dt; with the skips, which are nearly exact here, it
 * is what freezing Z over a time step costs. The share missed, between these two, cannot be below 1 − width/d: every direction of Z
 * carries the same variance, and a layer of that width spans no more of them.
 */

import { solve } from '../src/entry/solve.ts'
import { NETWORK_FAMILIES, type NetworkFamily } from '../src/networks/specification.ts'
import type { RunOptions } from '../src/solution/solution.ts'
import { halfWidth } from '../src/studies/summary.ts'

const SEEDS = [1, 2, 3]
/** Widths over the dimension. */
const RATIOS = [0.1, 0.5, 1, 2]
const TRAINING: RunOptions = { steps: 20, schedule: 'cosine', iterations: 1000, batchSize: 128 }
/** So few that no martingale is fitted to them. */
const UNFITTED_PATHS = 2000
/** Networks start at zero, and stay there. */
const UNTRAINED: RunOptions = { steps: 20, skips: 'none', iterations: 1, learningRate: 1e-12 }

/** Variance of the estimates by single paths, for each seed. */
async function variances(dim: number, options: RunOptions): Promise<number[]> {
  const found: number[] = []
  for (const seed of SEEDS) {
    const { deviation } = await solve('hjb-lq', { ...options, settings: { dim }, seed })
    found.push((deviation ?? Number.NaN) ** 2)
  }
  return found
}

function hiddenOf(family: NetworkFamily, width: number): number[] {
  return family === 'two-layer' || family === 'random-features' ? [width] : [width, width]
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

const [dims = '10,30,100', families = 'two-layer'] = process.argv.slice(2)
console.log('| d | family | width | least possible | missed | ± |\n|---:|---|---:|---:|---:|---:|')
for (const dim of dims.split(',').map(Number)) {
  const least = mean(await variances(dim, { ...TRAINING, paths: UNFITTED_PATHS }))
  const most = mean(await variances(dim, UNTRAINED))
  for (const family of NETWORK_FAMILIES.filter((name) => families.split(',').includes(name))) {
    for (const width of RATIOS.map((ratio) => Math.round(ratio * dim))) {
      const run: RunOptions = { ...TRAINING, skips: 'none', family, hidden: hiddenOf(family, width) }
      const missed = (await variances(dim, run)).map((variance) => (variance - least) / (most - least))
      const cells = [
        Math.max(0, 1 - width / dim).toFixed(2),
        mean(missed).toFixed(3),
        halfWidth(missed)!.toFixed(3),
      ]
      console.log(`| ${[dim, family, width, ...cells].join(' | ')} |`)
    }
  }
}
