/**
 * f(y) = p(y) + q(y) with p convex and q concave, by where its slope jumps and how it bends:
 *
 *     q(y) = Σ min(Jₖ, 0)(y − kₖ)⁺ − ½cy²,   c = max(0, −inf f''),   p = f − q.
 *
 * With any ŷ the driver f(y) − D(y, ŷ) is convex and lies above f, and (tangent of f at ŷ)(y) + D(y, ŷ) is concave and lies
 * below, D(y, ŷ) = q(y) − q(ŷ) − q'(ŷ)(y − ŷ) ≤ 0: both touch f at ŷ, and each of the two has its pathwise dual.
 */
import type { Kink, Pieces } from '../formulas/pieces.ts'
import { normalDensity } from '../statistics/normal-density.ts'

export interface Split {
  kinks: Kink[]
  bend: number
}

/** The concave part. */
export function concavePart({ kinks, bend }: Pieces): Split {
  return { kinks: kinks.filter(({ jump }) => jump < 0), bend: Math.min(0, bend.low) }
}

/** What is left when it is taken off. */
export function convexPart({ kinks, bend }: Pieces): Split {
  return { kinks: kinks.filter(({ jump }) => jump > 0), bend: bend.high - Math.min(0, bend.low) }
}

/** D(y, ŷ). */
export function excess({ kinks, bend }: Split, y: number, at: number): number {
  let sum = 0.5 * bend * (y - at) ** 2
  for (const kink of kinks) {
    const [here, there] = [y - kink.at, at - kink.at]
    sum += kink.jump * (Math.max(here, 0) - (there >= 0 ? here : 0))
  }
  return sum
}

/**
 * What a Brownian bridge of variance `square`·s(Δt − s)/Δt around the line from `from` to `to` adds to the integral of such a
 * part over a step, to leading order: ½·bend·square·Δt²/6, and at a kink at most |J|·sφ(distance/s)Δt, s² = square·Δt/4.
 */
export function bridgeAllowance(
  { kinks, bend }: Split,
  square: number,
  dt: number,
  from: number,
  to: number,
): number {
  const deviation = 0.5 * Math.sqrt(square * dt)
  let sum = (Math.abs(bend) * square * dt * dt) / 12
  for (const { at, jump } of kinks) {
    const distance = Math.max(0, Math.min(from, to) - at, at - Math.max(from, to))
    const density = deviation > 0 ? normalDensity(distance / deviation) : 0
    sum += Math.abs(jump) * deviation * density * dt
  }
  return sum
}
