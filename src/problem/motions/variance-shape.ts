/**
 * Volatilities that are roots of components of the state, as Heston's: which components are square-root processes of their own, and
 * which others they move. Found at points of paths, so that it does not matter how a page writes it.
 */
import { add, concat, constant, element, mul } from '../../formulas/build.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import type { Expression } from '../../formulas/expression.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { samplePoints, seededRandom } from '../sample.ts'
import { matrixOf } from './mixing.ts'

/** Each component is looked at by itself, at every point. */
export const MOST_COMPONENTS = 24
const POINTS = 6
/** A component is moved to these multiples of its start to see what moves with it. */
const MULTIPLES = [0.25, 0.6, 1.7]
const ROUNDING = 1e-9

/** σ as magnitudes of rows of a constant matrix: σ(t,x) = diag(sizes)·directions. */
export interface Rows {
  /** [dim] */
  sizes: Expression
  /** [dim × noiseDim], rows of length 1; null is the identity. */
  directions: Float64Array | null
}

export interface VarianceShape extends Rows {
  /** ξ of dv = … + ξ√v dW; null for components that are no variance. */
  scales: (number | null)[]
  /** Whose root σᵢ is a multiple of; null for variances, and for those whose σ is their own. */
  drivers: (number | null)[]
  /** ρ of component i's noise with that of its driver. */
  shared: number[]
}

/**
 * Null where no component is a root's volatility, where σ or a variance's drift mixes others in, or where what is left of a noise beside
 * its driver's is not independent of the variances: their increments are no multiples of ΔW.
 */
export function varianceShape(expressions: ProblemExpressions): VarianceShape | null {
  const { dim, drift } = expressions
  const rows = dim > MOST_COMPONENTS ? null : rowsOf(expressions)
  if (rows === null) return null
  const look = new Look(expressions)
  const parts = look.partsOf(rows.sizes)
  const drifts = look.partsOf(drift)
  const scales = parts.map((own, i) => {
    const isAlone = isSubset(own, [i]) && own.length > 0 && isSubset(drifts[i], [i])
    return isAlone && look.pointsInward(drift, i) ? look.rootScale(rows.sizes, i) : null
  })
  const drivers: (number | null)[] = []
  for (const [i, own] of parts.entries()) {
    const movers = scales[i] === null ? own.filter((k) => scales[k] !== null) : []
    const isPlain = movers.length === 0 || (movers.length === 1 && look.isRootOf(rows.sizes, i, movers[0]))
    if (!isPlain || !isSubset(own, [i, ...movers])) return null
    drivers[i] = movers[0] ?? null
  }
  if (drivers.every((driver) => driver === null)) return null
  const shared = correlationsWithDrivers(rows.directions, scales, drivers)
  return shared && { ...rows, scales, drivers, shared }
}

/** How formulas move with the components of x, from points of paths. */
class Look {
  readonly #points: { t: number; x: Float64Array }[]
  readonly #dim: number

  constructor(expressions: ProblemExpressions) {
    const { dim, horizon, x0 } = expressions
    const met = samplePoints(expressions, POINTS, seededRandom(1))
    // Away from 0, where roots tell nothing of their arguments.
    const apart = met.map(({ t, x }) => ({
      t,
      x: x.map((value, i) => (Math.abs(value) > 0.01 * Math.abs(x0[i]) ? Math.abs(value) : 1)),
    }))
    this.#points = [{ t: 0.3 * horizon, x: x0.map((value) => value || 1) }, ...apart]
    this.#dim = dim
  }

  /** For each element of a vector the components of x that it moves with. */
  partsOf(value: Expression): number[][] {
    const found = Array.from({ length: this.#dim }, () => new Set<number>())
    this.#vary((k, point, moved) => {
      const [before, after] = [evaluate(value, point), evaluate(value, moved)]
      for (let i = 0; i < this.#dim; i++) if (!isSame(before[i], after[i])) found[i].add(k)
    })
    return found.map((parts) => [...parts])
  }

  /** ξ where σᵢ = ±ξ√xᵢ at all points and times, else null. */
  rootScale(sizes: Expression, i: number): number | null {
    const scales: number[] = []
    this.#vary((k, _, { t, x }) => {
      if (k === i) scales.push(evaluate(sizes, { t, x })[i] / Math.sqrt(x[i]))
    })
    const isOne = scales.every((scale) => isSame(scale, scales[0]) && Number.isFinite(scale))
    return isOne && scales[0] !== 0 ? scales[0] : null
  }

  /** Whether σᵢ/√x_j does not move with x_j. */
  isRootOf(sizes: Expression, i: number, j: number): boolean {
    let isRoot = true
    this.#vary((k, point, moved) => {
      if (k !== j) return
      const [before, after] = [point, moved].map((at) => evaluate(sizes, at)[i] / Math.sqrt(at.x[j]))
      if (!isSame(before, after)) isRoot = false
    })
    return isRoot
  }

  /** Whether the drift of component i is not negative at 0. */
  pointsInward(drift: Expression, i: number): boolean {
    return this.#points.every(({ t, x }) => {
      const at = x.slice()
      at[i] = 0
      return evaluate(drift, { t, x: at })[i] >= 0
    })
  }

  /** Every component of every point, moved by itself. */
  #vary(look: (k: number, point: Point, moved: Point) => void): void {
    for (const point of this.#points) {
      for (let k = 0; k < this.#dim; k++) {
        for (const multiple of MULTIPLES) {
          const x = point.x.slice()
          x[k] *= multiple
          look(k, point, { t: point.t, x })
        }
      }
    }
  }
}

type Point = { t: number; x: Float64Array }

/** σ by sizes and directions of its rows; null where a direction moves. */
function rowsOf(expressions: ProblemExpressions): Rows | null {
  const { noise, noiseDim, dim } = expressions
  if (noise.diagonal !== null) return { sizes: noise.diagonal, directions: matrixOf(noise) }
  if (noise.root !== null) return null
  const points = samplePoints(expressions, POINTS, seededRandom(2))
  const values = points.map((point) => evaluate(noise.dense!, { ...point }))
  const directions = new Float64Array(dim * noiseDim)
  const sizes: Expression[] = []
  for (let i = 0; i < dim; i++) {
    const direction = directionOf(values.map((value) => value.subarray(i * noiseDim, (i + 1) * noiseDim)))
    if (direction === null) return null
    directions.set(direction, i * noiseDim)
    const along = [...direction].map((share, k) =>
      mul(constant(share), element(noise.dense!, i * noiseDim + k)),
    )
    sizes.push(along.reduce((sum, term) => add(sum, term)))
  }
  return { sizes: concat(sizes), directions }
}

/** The one direction of vectors, of length 1; null where they have several, or are all 0. */
function directionOf(vectors: readonly Float64Array[]): Float64Array | null {
  const units = vectors.flatMap((vector) => {
    const length = Math.hypot(...vector)
    return length > 0 ? [vector.map((entry) => entry / length)] : []
  })
  const isOne = units.every((unit) => unit.every((entry, k) => Math.abs(entry - units[0][k]) < ROUNDING))
  return isOne ? (units[0] ?? null) : null
}

function correlationsWithDrivers(
  directions: Float64Array | null,
  scales: VarianceShape['scales'],
  drivers: VarianceShape['drivers'],
): number[] | null {
  const dim = scales.length
  const columns = directions === null ? dim : directions.length / dim
  const correlation = (i: number, j: number) => {
    if (directions === null) return i === j ? 1 : 0
    let sum = 0
    for (let k = 0; k < columns; k++) sum += directions[i * columns + k] * directions[j * columns + k]
    return sum
  }
  const shared = drivers.map((driver, i) => (driver === null ? 0 : correlation(i, driver)))
  const isApart = scales.every((_, i) =>
    scales.every((scale, j) => {
      if (scale === null || i === j) return true
      const driver = drivers[i]
      const through = driver === null ? 0 : shared[i] * correlation(driver, j)
      return Math.abs(correlation(i, j) - through) < ROUNDING
    }),
  )
  return isApart ? shared : null
}

function isSubset(parts: readonly number[], of: readonly number[]): boolean {
  return parts.every((part) => of.includes(part))
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b))
}
