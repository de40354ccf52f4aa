/** How curved the driver is in z: what is left of the networks' errors in the estimate is of second order, and this is its factor. */
import { pointwise } from '../formulas/bind.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { STREAM } from '../random/streams.ts'
import { UniformStream } from '../random/uniform.ts'

/** The difference quotient's step, as a share of 1 + |z|. */
const STEP = 1e-3

/**
 * The largest |vᵀ(∂²f/∂z²)v| at (t, x, y, z) over a few unit directions v: along z, along (1, …, 1), one axis and one of
 * random signs. By central differences of ∂f/∂z; 0 where f is linear in z.
 */
export function curvatureInZ(
  problem: CompiledProblem,
  x: Float64Array,
  y: number,
  z: Float64Array,
  t = 0,
): number {
  const { functions } = problem
  if (!functions.driver.dependsOn.includes('z')) return 0
  const gradient = pointwise(functions.driverGradient)
  const size = STEP * (1 + norm(z))
  const slopeAlong = (v: Float64Array, step: number) => {
    const moved = z.map((value, j) => value + step * v[j])
    const { dz } = gradient(t, { x, y, z: moved })
    return dz.reduce((sum, value, j) => sum + value * v[j], 0)
  }
  const curvatures = directions(z).map(
    (v) => Math.abs(slopeAlong(v, size) - slopeAlong(v, -size)) / (2 * size),
  )
  return Math.max(0, ...curvatures.filter(Number.isFinite))
}

function directions(z: Float64Array): Float64Array[] {
  const signs = new UniformStream(1, STREAM.sample, 0)
  const all = [
    z,
    z.map(() => 1),
    z.map((_, j) => (j === 0 ? 1 : 0)),
    z.map(() => (signs.next() < 0.5 ? -1 : 1)),
  ]
  return all.filter((v) => norm(v) > 0).map(unit)
}

function unit(v: Float64Array): Float64Array {
  const length = norm(v)
  return v.map((value) => value / length)
}

function norm(v: Float64Array): number {
  return Math.sqrt(v.reduce((sum, value) => sum + value * value, 0))
}
