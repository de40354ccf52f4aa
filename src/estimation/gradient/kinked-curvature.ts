/**
 * D(∂f/∂x, f_y, f_z)[e] of a driver with kinks: the slopes' difference over e, half of it to either side. A kink has no second
 * derivative at a point, but one in the mean over paths, and this has that mean as long as their density hardly moves over e.
 */

import type { Arena } from '../../memory/arena.ts'
import { floatsOf } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import type { ProblemFunctions } from '../../problem/runtime.ts'

/** Indices, for one end of the difference: (ȳ, Ẑ) moved, f and its slopes there. */
export interface KinkEnd {
  y: number
  z: number
  driver: number
  driverDx: number
  driverDy: number
  driverDz: number
}

export function planKinkEnds(arena: Arena, rows: number, dim: number, noiseDim: number): KinkEnd[] {
  return [0, 1].map(() => ({
    y: arena.doubles(rows),
    z: arena.rows(rows, noiseDim),
    driver: arena.doubles(rows),
    driverDx: arena.rows(rows, dim),
    driverDy: arena.doubles(rows),
    driverDz: arena.rows(rows, noiseDim),
  }))
}

/** Indices of rows: of the path x and Ẑ, e of Z and what is written; float64 those of y. */
export interface KinkRows {
  x: number
  around: number
  z: number
  errors: { y: number; z: number }
  curvature: { x: number; y: number; z: number }
}

export class KinkedCurvature {
  readonly #ends: KinkEnd[]
  readonly #dim: number
  readonly #noiseDim: number
  readonly #functions: ProblemFunctions
  readonly #views: Views

  constructor(
    ends: KinkEnd[],
    { dim, noiseDim }: { dim: number; noiseDim: number },
    functions: ProblemFunctions,
    views: Views,
  ) {
    this.#ends = ends
    this.#dim = dim
    this.#noiseDim = noiseDim
    this.#functions = functions
    this.#views = views
  }

  write(t: number, at: KinkRows, rows: number): void {
    const { floats, doubles } = this.#views
    const { curvature } = at
    const [left, right] = this.#ends
    this.#evaluate(left, -0.5, t, at, rows)
    this.#evaluate(right, 0.5, t, at, rows)
    const subtract = (
      array: Float32Array | Float64Array,
      to: number,
      a: number,
      b: number,
      count: number,
    ) => {
      for (let k = 0; k < count; k++) {
        const difference = array[a + k] - array[b + k]
        array[to + k] = Number.isFinite(difference) ? difference : 0
      }
    }
    subtract(doubles, curvature.y, right.driverDy, left.driverDy, rows)
    const [state, noise] = [floatsOf(rows, this.#dim), floatsOf(rows, this.#noiseDim)]
    subtract(floats, curvature.z, right.driverDz, left.driverDz, noise)
    subtract(floats, curvature.x, right.driverDx, left.driverDx, state)
  }

  /** The slopes where (ȳ, Ẑ) is moved by a share of e. */
  #evaluate(end: KinkEnd, share: number, t: number, { x, around, z, errors }: KinkRows, rows: number): void {
    const { floats, doubles } = this.#views
    const noiseDim = this.#noiseDim
    for (let r = 0; r < rows; r++) {
      doubles[end.y + r] = doubles[around + r] + share * doubles[errors.y + r]
    }
    for (let k = 0; k < floatsOf(rows, noiseDim); k++) {
      floats[end.z + k] = floats[z + k] + share * floats[errors.z + k]
    }
    this.#functions.driverGradient(rows, t, {
      x,
      y: end.y,
      z: end.z,
      f: end.driver,
      dy: end.driverDy,
      dz: end.driverDz,
    })
    this.#functions.driverDx?.(rows, t, { x, y: end.y, z: end.z, dx: end.driverDx })
  }
}
