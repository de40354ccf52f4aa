/** Which columns of σ commute as vector fields, [Vⱼ, Vₖ] = DVₖVⱼ − DVⱼVₖ = 0, found at points of paths by differences. */

import { bindRows, ownRows } from '../../formulas/bind.ts'
import { variable } from '../../formulas/build.ts'
import { generated } from '../../formulas/generated.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { samplePoints, seededRandom } from '../sample.ts'

/** Points that the columns are looked at, and the differences' step relative to the state's size. */
const POINTS = 3
const STEP = 1e-5
/** Brackets up to this share of their terms are differences of rounding. */
const ROUNDING = 1e-6
/** With more noises the pairs are too many to look at. */
export const MOST_NOISES = 128

/** Noises in groups that commute within, in order; null where they are too many to tell. */
export function commutingGroups(expressions: ProblemExpressions): number[][] | null {
  const { noiseDim } = expressions
  if (noiseDim > MOST_NOISES) return null
  const brackets = samplePoints(expressions, POINTS, seededRandom(1)).map(({ t, x }) =>
    bracketsAt(columnsOf(expressions), t, x, noiseDim),
  )
  const groups: number[][] = []
  for (let j = 0; j < noiseDim; j++) {
    const home = groups.find((group) => group.every((k) => brackets.every((commute) => commute(j, k))))
    if (home) home.push(j)
    else groups.push([j])
  }
  return groups
}

type Columns = (t: number, x: Float64Array) => Float64Array

/** (t, x) → V₁, …, V_m one after the other, each [dim]. */
function columnsOf({ dim, noiseDim, noise }: ProblemExpressions): Columns {
  const moved = noise.apply(variable('w', [noiseDim]))
  const apply = bindRows(generated({ x: [dim], w: [noiseDim] }, { moved }))
  const units = Float64Array.from({ length: noiseDim * noiseDim }, (_, k) =>
    k % (noiseDim + 1) === 0 ? 1 : 0,
  )
  return (t, x) => {
    const columns = new Float64Array(noiseDim * dim)
    apply(noiseDim, t, { x: ownRows(x, 0), w: ownRows(units, noiseDim), moved: ownRows(columns, dim) })
    return columns
  }
}

/** Whether columns j and k commute at a point. */
function bracketsAt(
  columns: Columns,
  t: number,
  x: Float64Array,
  noiseDim: number,
): (j: number, k: number) => boolean {
  const dim = x.length
  const here = columns(t, x)
  const column = (all: Float64Array, j: number) => all.subarray(j * dim, (j + 1) * dim)
  // Derivatives of all columns along each of them.
  const along = Array.from({ length: noiseDim }, (_, j) => {
    const direction = column(here, j)
    const length = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const size = x.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3)
    const h = length === 0 ? 0 : (STEP * size) / length
    const moved = (sign: number) =>
      columns(
        t,
        x.map((value, i) => value + sign * h * direction[i]),
      )
    const [up, down] = [moved(1), moved(-1)]
    return up.map((value, i) => (h === 0 ? 0 : (value - down[i]) / (2 * h)))
  })
  return (j, k) => {
    const [jk, kj] = [column(along[j], k), column(along[k], j)]
    return jk.every((value, i) => {
      const bracket = Math.abs(value - kj[i])
      return bracket <= ROUNDING * (1e-12 + Math.abs(value) + Math.abs(kj[i]) + scaleOf(jk) + scaleOf(kj))
    })
  }
}

function scaleOf(values: Float64Array): number {
  return 1e-3 * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}
