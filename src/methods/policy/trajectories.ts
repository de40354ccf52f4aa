/** Trajectories of a policy for people and programs: quantiles over the paths at each time, CSV, JSON. */
import { orderQuantile, SHOWN_QUANTILES } from '../../statistics/order.ts'
import type { Policy, Trajectories } from './policy.ts'

/** Of one quantity: its mean and its quantiles at each time. */
export interface Band {
  name: string
  mean: number[]
  /** [quantile][time], in the order of `SHOWN_QUANTILES`. */
  quantiles: number[][]
}

/** Bands of the cost so far, every state component and every control component. */
export function bandsOf({ trained }: Policy, paths: Trajectories): Band[] {
  const { dim, controlDim } = trained.problem
  const steps = paths.times.length - 1
  const band = (name: string, length: number, value: (path: number, n: number) => number): Band => {
    const columns = Array.from({ length }, (_, n) =>
      Float64Array.from({ length: paths.paths }, (_, p) => value(p, n)).sort(),
    )
    return {
      name,
      mean: columns.map((column) => column.reduce((sum, v) => sum + v, 0) / paths.paths),
      quantiles: SHOWN_QUANTILES.map((q) => columns.map((column) => orderQuantile(column, q))),
    }
  }
  return [
    band('cost', steps + 1, (p, n) => paths.cost[p * (steps + 1) + n]),
    ...Array.from({ length: dim }, (_, i) =>
      band(`x${i + 1}`, steps + 1, (p, n) => paths.state[(p * (steps + 1) + n) * dim + i]),
    ),
    ...Array.from({ length: controlDim }, (_, k) =>
      band(`a${k + 1}`, steps, (p, n) => paths.control[(p * steps + n) * controlDim + k]),
    ),
  ]
}

/** One line a path and time: path, t, cost so far, x1 …, a1 … (empty at the horizon). */
export function* csvLines({ trained }: Policy, paths: Trajectories): Generator<string> {
  const { dim, controlDim } = trained.problem
  const steps = paths.times.length - 1
  const names = (letter: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${letter}${i + 1}`)
  yield ['path', 't', 'cost', ...names('x', dim), ...names('a', controlDim)].join(',')
  for (let p = 0; p < paths.paths; p++) {
    for (let n = 0; n <= steps; n++) {
      const row = p * (steps + 1) + n
      const control = (p * steps + n) * controlDim
      yield [
        p + 1,
        paths.times[n],
        paths.cost[row],
        ...paths.state.subarray(row * dim, (row + 1) * dim),
        ...(n < steps ? paths.control.subarray(control, control + controlDim) : Array(controlDim).fill('')),
      ].join(',')
    }
  }
}

/** The quantiles as lines of a table: name, t, mean, q05 … q95. */
export function* bandLines(bands: Band[], times: number[]): Generator<string> {
  yield [
    'name',
    't',
    'mean',
    ...SHOWN_QUANTILES.map((q) => `q${String(Math.round(100 * q)).padStart(2, '0')}`),
  ].join(',')
  for (const { name, mean, quantiles } of bands) {
    for (let n = 0; n < mean.length; n++)
      yield [name, times[n], mean[n], ...quantiles.map((row) => row[n])].join(',')
  }
}

/** The form of `simulate --json`. */
export function trajectoryForm(policy: Policy, paths: Trajectories) {
  const { problem } = policy.trained
  const steps = paths.times.length - 1
  const final = Float64Array.from({ length: paths.paths }, (_, p) => paths.cost[p * (steps + 1) + steps])
  const mean = final.reduce((sum, cost) => sum + cost, 0) / paths.paths
  const variance = final.reduce((sum, cost) => sum + (cost - mean) ** 2, 0) / Math.max(1, paths.paths - 1)
  return {
    problem: problem.id,
    settings: problem.settings,
    paths: paths.paths,
    cost: { mean, standardError: Math.sqrt(variance / paths.paths) },
    times: paths.times,
    quantiles: SHOWN_QUANTILES,
    bands: bandsOf(policy, paths),
  }
}
