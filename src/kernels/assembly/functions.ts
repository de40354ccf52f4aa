/**
 * exp, tanh and the logistic function of four floats at once. NaN passes through: `pmin` and `pmax` keep their first
 * argument when the comparison is false.
 */
import { madd, nmadd } from './simd'

/** eˣ within 2 ulp: x = j ln 2 + r, |r| ≤ ½ ln 2, a polynomial in r, and 2ʲ in two factors so that overflow gives ∞. */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-104))
  const j = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.44269504088896341)))
  // Cody–Waite: ln 2 in two parts, the first exact times any j here.
  let r = nmadd(j, f32x4.splat(0.693359375), clamped)
  r = nmadd(j, f32x4.splat(-2.12194440e-4), r)
  let p = f32x4.splat(1.9875691500e-4)
  p = madd(p, r, f32x4.splat(1.3981999507e-3))
  p = madd(p, r, f32x4.splat(8.3334519073e-3))
  p = madd(p, r, f32x4.splat(4.1665795894e-2))
  p = madd(p, r, f32x4.splat(1.6666665459e-1))
  p = madd(p, r, f32x4.splat(5.0000001201e-1))
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), f32x4.splat(1))
  const whole = i32x4.trunc_sat_f32x4_s(j)
  const half = i32x4.shr_s(whole, 1)
  const bias = i32x4.splat(127)
  const first = i32x4.shl(i32x4.add(half, bias), 23)
  const second = i32x4.shl(i32x4.add(i32x4.sub(whole, half), bias), 23)
  return f32x4.mul(f32x4.mul(p, first), second)
}

/** tanh as an odd rational function on |x| ≤ 7.905, beyond which it rounds to ±1. */
// @ts-ignore: decorator
@inline
export function hyperbolicTangent(x: v128): v128 {
  const z = f32x4.pmax(f32x4.pmin(x, f32x4.splat(7.90531110763549805)), f32x4.splat(-7.90531110763549805))
  const s = f32x4.mul(z, z)
  let p = f32x4.splat(-2.76076847742355e-16)
  p = madd(p, s, f32x4.splat(2.00018790482477e-13))
  p = madd(p, s, f32x4.splat(-8.60467152213735e-11))
  p = madd(p, s, f32x4.splat(5.12229709037114e-8))
  p = madd(p, s, f32x4.splat(1.48572235717979e-5))
  p = madd(p, s, f32x4.splat(6.37261928875436e-4))
  p = madd(p, s, f32x4.splat(4.89352455891786e-3))
  let q = f32x4.splat(1.19825839466702e-6)
  q = madd(q, s, f32x4.splat(1.18534705686654e-4))
  q = madd(q, s, f32x4.splat(2.26843463243900e-3))
  q = madd(q, s, f32x4.splat(4.89352518554385e-3))
  return f32x4.div(f32x4.mul(z, p), q)
}

/** 1 / (1 + e⁻ˣ) */
// @ts-ignore: decorator
@inline
export function logistic(x: v128): v128 {
  const one = f32x4.splat(1)
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))))
}
