/** Points of the state that are typical for a problem: where its checks are made. */

import { pointwise } from '../formulas/bind.ts'
import { add, mul, variable } from '../formulas/build.ts'
import { generated } from '../formulas/generated.ts'
import type { ProblemExpressions } from './expressions.ts'

/** A time and a state [dim]. */
export interface StatePoint {
  t: number
  x: Float64Array
}

export type Random = () => number

/** Uniform on (0, 1), the same for the same seed (mulberry32). For checks only: simulations use Philox. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4294967296
  }
}

export function normalVector(random: Random, length: number): Float64Array {
  const normals = new Float64Array(length)
  for (let k = 0; k < length; k++) {
    normals[k] = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
  }
  return normals
}

const STEPS = 8
const MOST_POINTS = 16
/** Components that the points of one check have together, about. */
const COMPONENTS = 400_000

/** How many points a check looks at: `most`, fewer where each has very many components. */
export function pointCount(dim: number, most = MOST_POINTS): number {
  return Math.max(2, Math.min(most, Math.floor(COMPONENTS / dim)))
}

/**
 * `count` points (t, Xₜ) of Euler–Maruyama paths from x0 in `steps` steps, t between 5 and 95 % of the horizon. A path whose next
 * state would not be finite, or lie where drift or diffusion are not, ends where it is.
 */
export function samplePoints(
  expressions: ProblemExpressions,
  count: number,
  random: Random,
  steps = STEPS,
): StatePoint[] {
  const { dim, noiseDim, horizon, x0, variables, drift, noise } = expressions
  const w = variable('w', [noiseDim])
  const next = add(add(variables.x, mul(variable('dt'), drift)), noise.apply(w))
  const code = generated({ x: [dim], w: [noiseDim] }, { next }, ['dt'])
  const step = pointwise(code)
  const still = new Float64Array(noiseDim)
  return Array.from({ length: count }, () => {
    const t = horizon * (0.05 + 0.9 * random())
    const dt = t / steps
    let x: Float64Array = x0.slice()
    for (let n = 0; n < steps; n++) {
      const increment = normalVector(random, noiseDim).map((value) => value * Math.sqrt(dt))
      const { next } = step(n * dt, { dt, x, w: increment })
      // Where drift and diffusion are finite, a step of no length and no noise is.
      const probe = step((n + 1) * dt, { dt: 0, x: next, w: still })
      if (!probe.next.every(Number.isFinite)) return { t: n * dt, x }
      x = next
    }
    return { t, x }
  })
}
