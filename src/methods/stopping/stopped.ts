/** When a rule stopped paths, and what it paid, for people and programs. */
import type { StoppedAt, StoppingAnswer } from '../../solution/details/stopping.ts'
import type { StoppedPaths } from '../../solution/learned-rule.ts'
import { orderQuantile, SHOWN_QUANTILES } from '../../statistics/order.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'

/** Law of the stopping time. @param dates indices into `times` at which paths were stopped */
export function timesOf(
  dates: Int32Array,
  times: readonly number[],
): { time: StoppingAnswer['time']; chances: StoppedAt[] } {
  const counts = times.map(() => 0)
  for (const date of dates) counts[date]++
  const chances = times.map((time, n) => ({ time, chance: counts[n] / dates.length }))
  const mean = chances.reduce((sum, { time, chance }) => sum + chance * time, 0)
  const square = chances.reduce((sum, { time, chance }) => sum + chance * (time - mean) ** 2, 0)
  const quantile = (p: number) => {
    let [n, sum] = [0, chances[0].chance]
    while (n < chances.length - 1 && sum < p) sum += chances[++n].chance
    return chances[n].time
  }
  return {
    chances: chances.filter(({ time, chance }) => time > 0 || chance > 0),
    time: { mean, deviation: Math.sqrt(square), quartiles: [quantile(0.25), quantile(0.5), quantile(0.75)] },
  }
}

/** One line a path: path, t, payoff, worth, x1 … when it was stopped. */
export function* stoppedLines(dim: number, stopped: StoppedPaths): Generator<string> {
  yield ['path', 't', 'payoff', 'worth', ...componentNames(dim)].join(',')
  for (let p = 0; p < stopped.paths; p++) {
    yield [
      p + 1,
      stopped.dates[stopped.date[p]],
      stopped.payoff[p],
      stopped.worth[p],
      ...stopped.state.subarray(p * dim, (p + 1) * dim),
    ].join(',')
  }
}

interface Spread {
  name: string
  mean: number
  /** In the order of `SHOWN_QUANTILES`. */
  quantiles: number[]
}

/** Over the paths: of the time, of what was paid, and of each component of the state, when they were stopped. */
export function spreadsOf(dim: number, stopped: StoppedPaths): Spread[] {
  const spread = (name: string, value: (path: number) => number): Spread => {
    const sorted = Float64Array.from({ length: stopped.paths }, (_, p) => value(p)).sort()
    const mean = sorted.reduce((sum, each) => sum + each, 0) / stopped.paths
    return { name, mean, quantiles: SHOWN_QUANTILES.map((q) => orderQuantile(sorted, q)) }
  }
  return [
    spread('t', (p) => stopped.dates[stopped.date[p]]),
    spread('payoff', (p) => stopped.payoff[p]),
    spread('worth', (p) => stopped.worth[p]),
    ...componentNames(dim).map((name, i) => spread(name, (p) => stopped.state[p * dim + i])),
  ]
}

/** The spreads as lines of a table: name, mean, q05 … q95. */
export function* spreadLines(spreads: readonly Spread[]): Generator<string> {
  const names = SHOWN_QUANTILES.map((q) => `q${String(Math.round(100 * q)).padStart(2, '0')}`)
  yield ['name', 'mean', ...names].join(',')
  for (const { name, mean, quantiles } of spreads) yield [name, mean, ...quantiles].join(',')
}

/** The form of `simulate --json`. */
export function stoppedForm({ id, settings, dim }: CompiledStopping, stopped: StoppedPaths) {
  const { paths, worth, date, dates } = stopped
  const mean = worth.reduce((sum, each) => sum + each, 0) / paths
  const square = worth.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return {
    problem: id,
    settings,
    paths,
    worth: { mean, standardError: Math.sqrt(square / Math.max(1, paths - 1) / paths) },
    ...timesOf(date, dates),
    quantiles: SHOWN_QUANTILES,
    spreads: spreadsOf(dim, stopped),
  }
}

function componentNames(dim: number): string[] {
  return Array.from({ length: dim }, (_, i) => `x${i + 1}`)
}
