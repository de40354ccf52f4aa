/** Where paths start: at a point, or drawn from a law over a region. */
import { rowAt } from '../memory/rows.ts'
import { STREAM } from '../random/streams.ts'
import { UniformStream } from '../random/uniform.ts'

/** Plain data; arrays are [dim]. */
export type StartLaw =
  | { kind: 'point'; x0: Float64Array }
  | { kind: 'box'; low: Float64Array; high: Float64Array }
  | { kind: 'normal'; mean: Float64Array; deviation: Float64Array }

/** Writes X₀[rows×dim] at `x` (index) for paths firstPath … of an iteration. */
export function drawStart(
  floats: Float32Array,
  x: number,
  rows: number,
  law: StartLaw,
  seed: number,
  stream: number,
  iteration: number,
  firstPath: number,
): void {
  if (law.kind === 'point') {
    placeAt(floats, x, rows, law.x0)
    return
  }
  const dim = law.kind === 'box' ? law.low.length : law.mean.length
  for (let r = 0; r < rows; r++) {
    const at = rowAt(x, r, dim)
    const uniform = new UniformStream(seed, STREAM.region + 16 * stream, firstPath + r, iteration)
    for (let j = 0; j < dim; j++) {
      floats[at + j] =
        law.kind === 'box'
          ? law.low[j] + (law.high[j] - law.low[j]) * uniform.next()
          : law.mean[j] + law.deviation[j] * uniform.normal()
    }
  }
}

/** Writes the point into all rows of X[rows×dim] at `x` (index). */
export function placeAt(floats: Float32Array, x: number, rows: number, point: Float64Array): void {
  const { length } = point
  floats.set(point, x)
  for (let r = 1; r < rows; r++) floats.copyWithin(rowAt(x, r, length), x, x + length)
}

/** The middle of the law: where a region's value is reported. */
export function centreOf(law: StartLaw): Float64Array {
  if (law.kind === 'point') return law.x0
  if (law.kind === 'normal') return law.mean
  return law.low.map((low, i) => 0.5 * (low + law.high[i]))
}
