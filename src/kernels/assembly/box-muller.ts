/** The Box–Muller transformation of random words: radius from one word, sine and cosine of the angle from another. */
import { constant } from './constants'
import { madd } from './simd'

/** −2 log1p(t)/t on [−½, 0]: minimax, relative error 2.3e-8; from the highest power down. */
const LOGARITHM = memory.data<f32>([
  -2.882215656247576, -3.3916236531201567, -2.5153393905077337, -0.4070778377472794, -0.5392254924954818,
  0.4856101595198075, -0.6674012292745919, 0.9999857051145481, -2.0000000454590268,
])
/** ½, 2⁻³², 1, −2 ln 2 */
const RADIUS = memory.data<f32>([0.5, 2.3283064365386963e-10, 1, -1.3862943611198906])
/** Mantissa's bits, the exponent's bits of ½, the exponent of 2³² less one as stored. */
const BITS = memory.data<u32>([0x007fffff, 0x3f000000, 158])
/** sin(π/2·y)/y in y² on [−1, 1]: minimax, relative error 5e-9. */
const SINE = memory.data<f32>([
  0.00015148512873885503, -0.004673766608330066, 0.07968967894543315, -0.6459637105997236, 1.570796318447805,
])
/** cos(π/2·y) in y² on [−1, 1]: minimax, absolute error 5e-8. */
const COSINE = memory.data<f32>([
  0.0008581906196012585, -0.020810627552706393, 0.25365074468515425, -1.233698214687457, 0.9999999534677041,
])
/** 2⁻³¹, and the sign bit. */
const ANGLE = memory.data<f32>([4.656612873077393e-10, -0.0])

/**
 * √(−2 ln((w+½)/2³²)), with relative precision at both ends. As a signed number s, w ≥ 2³¹ is 2³²·(u−1), the small
 * argument that log1p wants; below, f = w + ½ = mantissa·2ᵉ with the mantissa in [½, 1). So one polynomial for
 * log1p on [−½, 0) serves both, and −2 ln u = −2 log1p(t) − 2 (e−32) ln 2 adds terms of one sign only.
 */
// @ts-ignore: decorator
@inline
export function radius(w: v128): v128 {
  const isUpper = i32x4.shr_s(w, 31)
  const f = f32x4.add(f32x4.convert_i32x4_s(w), constant(RADIUS, 0))
  const exponent = f32x4.convert_i32x4_s(v128.andnot(i32x4.sub(i32x4.shr_u(f, 23), constant(BITS, 2)), isUpper))
  const mantissa = v128.or(v128.and(f, constant(BITS, 0)), constant(BITS, 1))
  const upper = f32x4.mul(f, constant(RADIUS, 1))
  const lower = f32x4.sub(mantissa, constant(RADIUS, 2))
  const t = select(isUpper, upper, lower)
  let p = constant(LOGARITHM, 0)
  p = madd(p, t, constant(LOGARITHM, 1))
  p = madd(p, t, constant(LOGARITHM, 2))
  p = madd(p, t, constant(LOGARITHM, 3))
  p = madd(p, t, constant(LOGARITHM, 4))
  p = madd(p, t, constant(LOGARITHM, 5))
  p = madd(p, t, constant(LOGARITHM, 6))
  p = madd(p, t, constant(LOGARITHM, 7))
  p = madd(p, t, constant(LOGARITHM, 8))
  return f32x4.sqrt(madd(t, p, f32x4.mul(exponent, constant(RADIUS, 3))))
}

// @ts-ignore: decorator
@inline
function select(mask: v128, yes: v128, no: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_laneselect(yes, no, mask)
  return v128.bitselect(yes, no, mask)
}

/** The angle 2π(w+½)/2³² less the half turn of `halfTurn`, in units of π/2: in [−1, 1]. Doubling w drops its top bit. */
// @ts-ignore: decorator
@inline
function angle(w: v128): v128 {
  const unit = constant(ANGLE, 0)
  return madd(f32x4.convert_i32x4_s(i32x4.shl(w, 1)), unit, unit)
}

/** The sign bit where the half turn that `angle` leaves out flips sine and cosine: where the two top bits differ. */
// @ts-ignore: decorator
@inline
export function halfTurn(w: v128): v128 {
  return v128.and(v128.xor(w, i32x4.shl(w, 1)), constant(ANGLE, 1))
}

/** sin of `angle` */
// @ts-ignore: decorator
@inline
export function sine(w: v128): v128 {
  const y = angle(w)
  const z = f32x4.mul(y, y)
  let p = constant(SINE, 0)
  p = madd(p, z, constant(SINE, 1))
  p = madd(p, z, constant(SINE, 2))
  p = madd(p, z, constant(SINE, 3))
  p = madd(p, z, constant(SINE, 4))
  return f32x4.mul(p, y)
}

/** cos of `angle` */
// @ts-ignore: decorator
@inline
export function cosine(w: v128): v128 {
  const y = angle(w)
  const z = f32x4.mul(y, y)
  let p = constant(COSINE, 0)
  p = madd(p, z, constant(COSINE, 1))
  p = madd(p, z, constant(COSINE, 2))
  p = madd(p, z, constant(COSINE, 3))
  return madd(p, z, constant(COSINE, 4))
}
