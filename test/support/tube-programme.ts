/**
 * The value of a plant of a few states by a dynamic programme in a tube around a trajectory, with nothing of the product in it but where the tube
 * lies:
 *
 *     V(x) = min over a of ℓ(x, a)Δt + E V(x₊),   V a polynomial of degree 4 in x − x̄ at each time,
 *
 * fitted to the least at points within |Lᵀ(x − x̄)| ≤ r, with LLᵀ the curvature of V a step later: where the best rule leads from such a point
 * costs less to go, so that it lies within the tube's next cut, and nothing is extrapolated. A step is Heun's with a standing still, the noise
 * of a step counts by its second moment. It knows of no rule that leaves the tube.
 */
import { cholesky, solveCholesky } from '../../src/statistics/linear-system.ts'

export interface TubePlant {
  horizon: number
  start: readonly number[]
  /** Bound of each control on both sides. */
  most: readonly number[]
  /** Of each state. */
  noise: readonly number[]
  drift(x: readonly number[], a: readonly number[]): number[]
  running(x: readonly number[], a: readonly number[]): number
  terminal(x: readonly number[]): number
}

const DEGREE = 4
/** Points for each coefficient. */
const POINTS = 6
/** Share of the mean curvature that is added in every direction until none is so flat that its cut of the tube is long. */
const LEAST_CURVATURE = 0.02

/**
 * @param centres x̄, the states at each time that a step begins or ends
 * @param radius r, the root of a cost: several times what the noise of all steps costs
 */
export function tubeValue(plant: TubePlant, centres: readonly ArrayLike<number>[], radius: number): number {
  const steps = centres.length - 1
  const [dt, dim] = [plant.horizon / steps, plant.start.length]
  const basis = new Polynomials(dim)
  let next: Cut = { centre: centres[steps], lower: identity(dim), coefficients: null }
  next = basis.fit(next, radius, (x) => plant.terminal(x))
  next = basis.fit({ ...next, lower: basis.metric(next) }, radius, (x) => plant.terminal(x))
  let controls: number[][] = basis.points.map(() => plant.most.map(() => 0))
  const best = (x: readonly number[], guess: readonly number[]) =>
    least(plant, guess, (a) => {
      const { next: ahead, cost } = step(plant, x, a, dt)
      return cost + basis.expected(next, ahead, plant.noise, dt)
    })
  for (let n = steps - 1; n > 0; n--) {
    const cut = { centre: centres[n], lower: basis.metric(next), coefficients: null }
    const found: number[][] = []
    const fitted = basis.fit(cut, radius, (x, k) => {
      const { a, value } = best(x, controls[k])
      found.push(a)
      return value
    })
    next = fitted
    controls = found
  }
  return best(plant.start, controls[0]).value
}

function clipped({ most }: TubePlant, a: readonly number[]): number[] {
  return a.map((entry, k) => Math.max(-most[k], Math.min(most[k], entry)))
}

function step(plant: TubePlant, x: readonly number[], a: readonly number[], dt: number) {
  const first = plant.drift(x, a)
  const ahead = x.map((entry, i) => entry + dt * first[i])
  const second = plant.drift(ahead, a)
  const next = x.map((entry, i) => entry + (dt / 2) * (first[i] + second[i]))
  return { next, cost: (dt / 2) * (plant.running(x, a) + plant.running(ahead, a)) }
}

const PASSES = 8
/** Of the bound: the distance of neighbouring controls; and the change that is none. */
const NEIGHBOUR = 0.02
const SETTLED = 1e-7

/** The least in a box, one control after the other, by steps on the parabola through neighbours. */
function least(plant: TubePlant, guess: readonly number[], objective: (a: number[]) => number) {
  let a = clipped(plant, guess)
  let value = objective(a)
  for (let pass = 0; pass < PASSES; pass++) {
    let moved = 0
    plant.most.forEach((most, k) => {
      const at = (entry: number) => a.map((other, j) => (j === k ? entry : other))
      const h = NEIGHBOUR * most
      const [up, down] = [objective(at(a[k] + h)), objective(at(a[k] - h))]
      const [bend, slope] = [(up - 2 * value + down) / (h * h), (up - down) / (2 * h)]
      const newton = bend > 0 ? slope / bend : Math.sign(slope) * most
      for (let share = 1; share > 0.1; share /= 2) {
        const next = clipped(plant, at(a[k] - share * newton))
        const own = objective(next)
        if (own >= value) continue
        moved = Math.max(moved, Math.abs(next[k] - a[k]) / most)
        a = next
        value = own
        return
      }
    })
    if (moved < SETTLED) break
  }
  return { a, value }
}

/** V at one time: a polynomial of y = Lᵀ(x − x̄), L row-major and below the diagonal. */
interface Cut {
  centre: ArrayLike<number>
  lower: Float64Array
  coefficients: Float64Array | null
}

function identity(dim: number): Float64Array {
  return Float64Array.from({ length: dim * dim }, (_, k) => Number(k % (dim + 1) === 0))
}

class Polynomials {
  /** Of the unit ball; the first is its middle. */
  readonly points: readonly number[][]
  readonly #powers: readonly number[][]
  /** Each monomial is the one before it times y[by]; by is −1 for the first, 1. */
  readonly #from: readonly { before: number; by: number }[]
  readonly #dim: number
  /** Of the fit's normal equations, for points of radius 1. */
  readonly #factor: Float64Array
  readonly #rows: readonly Float64Array[]
  #radius = 1

  constructor(dim: number) {
    this.#dim = dim
    this.#powers = powersOf(dim, DEGREE)
    const places = new Map(this.#powers.map((power, k) => [power.join(), k]))
    this.#from = this.#powers.map((power) => {
      const by = power.findIndex((entry) => entry > 0)
      return { by, before: places.get(power.map((entry, i) => (i === by ? entry - 1 : entry)).join()) ?? 0 }
    })
    this.points = ballPoints(dim, POINTS * this.#powers.length)
    this.#rows = this.points.map((point) => this.#monomials(point))
    const count = this.#powers.length
    const normal = new Float64Array(count * count)
    for (const row of this.#rows) {
      for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) normal[i * count + j] += row[i] * row[j]
    }
    this.#factor = cholesky(normal, count)!
  }

  /** With the coefficients that fit the values at the points best. */
  fit(cut: Cut, radius: number, value: (x: number[], k: number) => number): Cut {
    this.#radius = radius
    const right = new Float64Array(this.#powers.length)
    this.points.forEach((point, k) => {
      const own = value(this.#placed(cut, point), k)
      for (let i = 0; i < right.length; i++) right[i] += this.#rows[k][i] * own
    })
    return { ...cut, coefficients: solveCholesky(this.#factor, right) }
  }

  /** V(x) + ½Δt Σ s²V″. */
  expected(cut: Cut, x: readonly number[], noise: readonly number[], dt: number): number {
    const at = (shift: number, i: number) =>
      this.#value(
        cut,
        x.map((entry, j) => (j === i ? entry + shift : entry)),
      )
    const own = at(0, 0)
    return noise.reduce((sum, s, i) => {
      const spread = s * Math.sqrt(dt)
      return s === 0 ? sum : sum + 0.5 * (at(spread, i) - 2 * own + at(-spread, i))
    }, own)
  }

  /** L of the curvature at the centre. */
  metric(cut: Cut): Float64Array {
    const dim = this.#dim
    const curvature = new Float64Array(dim * dim)
    this.#powers.forEach((power, k) => {
      if (power.reduce((sum, entry) => sum + entry, 0) !== 2) return
      const [i, j] = [power.findIndex((entry) => entry > 0), power.findLastIndex((entry) => entry > 0)]
      const bend = cut.coefficients![k] / this.#radius ** 2
      curvature[i * dim + j] += bend
      curvature[j * dim + i] += bend
    })
    const whole = new Float64Array(dim * dim)
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < dim; j++) {
        for (let k = 0; k < dim; k++) {
          for (let l = 0; l < dim; l++) {
            whole[i * dim + j] += cut.lower[i * dim + k] * curvature[k * dim + l] * cut.lower[j * dim + l]
          }
        }
      }
    }
    let trace = 0
    for (let i = 0; i < dim; i++) trace += whole[i * (dim + 1)]
    for (;;) {
      for (let i = 0; i < dim; i++) whole[i * (dim + 1)] += (LEAST_CURVATURE * Math.abs(trace)) / dim
      const lower = cholesky(whole, dim)
      if (lower !== null) return lower
    }
  }

  /** x̄ + rL⁻ᵀy. */
  #placed({ centre, lower }: Cut, point: readonly number[]): number[] {
    const dim = this.#dim
    const offset = point.map((entry) => this.#radius * entry)
    for (let i = dim - 1; i >= 0; i--) {
      for (let j = i + 1; j < dim; j++) offset[i] -= lower[j * dim + i] * offset[j]
      offset[i] /= lower[i * (dim + 1)]
    }
    return offset.map((entry, i) => entry + centre[i])
  }

  #value({ centre, lower, coefficients }: Cut, x: readonly number[]): number {
    const dim = this.#dim
    const y = x.map((_, i) => {
      let sum = 0
      for (let j = i; j < dim; j++) sum += lower[j * dim + i] * (x[j] - centre[j])
      return sum / this.#radius
    })
    return this.#monomials(y).reduce((sum, entry, k) => sum + entry * coefficients![k], 0)
  }

  #monomials(y: readonly number[]): Float64Array {
    const result = new Float64Array(this.#from.length).fill(1)
    this.#from.forEach(({ before, by }, k) => {
      if (by >= 0) result[k] = result[before] * y[by]
    })
    return result
  }
}

/** Exponents of all monomials up to a degree. */
function powersOf(dim: number, degree: number): number[][] {
  if (dim === 0) return [[]]
  return Array.from({ length: degree + 1 }, (_, own) => own).flatMap((own) =>
    powersOf(dim - 1, degree - own).map((rest) => [own, ...rest]),
  )
}

/** Of a Halton sequence in the cube, those in the ball. */
function ballPoints(dim: number, count: number): number[][] {
  const points: number[][] = [new Array(dim).fill(0)]
  for (let k = 1; points.length < count; k++) {
    const point = [2, 3, 5, 7, 11, 13].slice(0, dim).map((base) => {
      let [rest, unit, sum] = [k, 1 / base, 0]
      for (; rest > 0; rest = Math.floor(rest / base), unit /= base) sum += (rest % base) * unit
      return 2 * sum - 1
    })
    if (Math.hypot(...point) <= 1) points.push(point)
  }
  return points
}

export const CART_POLE: TubePlant = {
  horizon: 2,
  start: [0, 0, 0.3, 0],
  most: [10],
  noise: [0, 0.05, 0, 0.05],
  drift: ([, speed, angle, turn], [force]) => {
    const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
    const acc = (force + 0.1 * sine * (0.5 * turn * turn - 9.81 * cosine)) / (1 + 0.1 * sine * sine)
    return [speed, acc, turn, (9.81 * sine - cosine * acc) / 0.5]
  },
  running: ([place, speed, angle, turn], [force]) =>
    place ** 2 + 5 * angle ** 2 + 0.1 * (speed ** 2 + turn ** 2) + 0.01 * force ** 2,
  terminal: (x) => 10 * x.reduce((sum, entry) => sum + entry * entry, 0),
}

export const DOUBLE_PENDULUM: TubePlant = {
  horizon: 1.5,
  start: [0.6, -0.4, 0, 0],
  most: [10, 10],
  noise: [0, 0, 0.1, 0.1],
  drift: ([one, other, fast, faster], [shoulder, elbow]) => {
    const m12 = 0.25 * Math.cos(one - other)
    const whirl = 0.25 * Math.sin(one - other)
    const f1 = 9.81 * Math.sin(one) - whirl * faster ** 2 - 0.05 * fast + shoulder - elbow
    const f2 = 4.905 * Math.sin(other) + whirl * fast ** 2 - 0.05 * faster + elbow
    const det = 0.125 - m12 * m12
    return [fast, faster, (0.25 * f1 - m12 * f2) / det, (0.5 * f2 - m12 * f1) / det]
  },
  running: ([one, other, fast, faster], a) =>
    2 - Math.cos(one) - Math.cos(other) + 0.05 * (fast ** 2 + faster ** 2) + 0.01 * (a[0] ** 2 + a[1] ** 2),
  terminal: ([one, other, fast, faster]) =>
    10 * (2 - Math.cos(one) - Math.cos(other)) + fast ** 2 + faster ** 2,
}
