/**
 * exp, tanh and the logistic function of four floats at once. NaN passes through: `pmin` and `pmax` keep their first
 * argument when the comparison is false.
 */
import { constant } from './constants'
import { madd, nmadd } from './simd'

/** eˣ − 1 − x over x², on |x| ≤ ½ ln 2, from the highest power down (Cephes, expf). */
const EXPONENTIAL = memory.data<f32>([
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
])
/** The range that does not round to 0 or ∞, 1/ln 2, and ln 2 in two parts, the first exact times any power here. */
const REDUCTION = memory.data<f32>([89, -104, 1.44269504088896341, 0.693359375, -2.12194440e-4, 1])
/** 1.5·2²³: added to a small float, it leaves the nearest whole number in the low bits. */
const SHIFTER = memory.data<f32>([12582912])
const EXPONENT_BIAS = memory.data<u32>([127])

/** The bound beyond which tanh rounds to ±1; numerator and denominator in x² (as in Eigen's ptanh). */
const TANH_BOUND = memory.data<f32>([7.90531110763549805, -7.90531110763549805])
const TANH_NUMERATOR = memory.data<f32>([
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8, 1.48572235717979e-5,
  6.37261928875436e-4, 4.89352455891786e-3,
])
const TANH_DENOMINATOR = memory.data<f32>([
  1.19825839466702e-6, 1.18534705686654e-4, 2.26843463243900e-3, 4.89352518554385e-3,
])

/** eˣ within 2 ulp: x = j ln 2 + r, |r| ≤ ½ ln 2, a polynomial in r, and 2ʲ in two factors so that overflow gives ∞. */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  const one = constant(REDUCTION, 5)
  const clamped = f32x4.pmax(f32x4.pmin(x, constant(REDUCTION, 0)), constant(REDUCTION, 1))
  const shifter = constant(SHIFTER, 0)
  const shifted = madd(clamped, constant(REDUCTION, 2), shifter)
  const j = f32x4.sub(shifted, shifter)
  let r = nmadd(j, constant(REDUCTION, 3), clamped)
  r = nmadd(j, constant(REDUCTION, 4), r)
  let p = constant(EXPONENTIAL, 0)
  p = madd(p, r, constant(EXPONENTIAL, 1))
  p = madd(p, r, constant(EXPONENTIAL, 2))
  p = madd(p, r, constant(EXPONENTIAL, 3))
  p = madd(p, r, constant(EXPONENTIAL, 4))
  p = madd(p, r, constant(EXPONENTIAL, 5))
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), one)
  const whole = i32x4.sub(shifted, shifter)
  const half = i32x4.shr_s(whole, 1)
  const bias = constant(EXPONENT_BIAS, 0)
  const first = i32x4.shl(i32x4.add(half, bias), 23)
  const second = i32x4.shl(i32x4.add(i32x4.sub(whole, half), bias), 23)
  return f32x4.mul(f32x4.mul(p, first), second)
}

/** tanh within 5 ulp */
// @ts-ignore: decorator
@inline
export function hyperbolicTangent(x: v128): v128 {
  const z = f32x4.pmax(f32x4.pmin(x, constant(TANH_BOUND, 0)), constant(TANH_BOUND, 1))
  const s = f32x4.mul(z, z)
  let p = constant(TANH_NUMERATOR, 0)
  p = madd(p, s, constant(TANH_NUMERATOR, 1))
  p = madd(p, s, constant(TANH_NUMERATOR, 2))
  p = madd(p, s, constant(TANH_NUMERATOR, 3))
  p = madd(p, s, constant(TANH_NUMERATOR, 4))
  p = madd(p, s, constant(TANH_NUMERATOR, 5))
  p = madd(p, s, constant(TANH_NUMERATOR, 6))
  let q = constant(TANH_DENOMINATOR, 0)
  q = madd(q, s, constant(TANH_DENOMINATOR, 1))
  q = madd(q, s, constant(TANH_DENOMINATOR, 2))
  q = madd(q, s, constant(TANH_DENOMINATOR, 3))
  return f32x4.div(f32x4.mul(z, p), q)
}

/** 1 / (1 + e⁻ˣ) within 4 ulp */
// @ts-ignore: decorator
@inline
export function logistic(x: v128): v128 {
  const one = constant(REDUCTION, 5)
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))))
}
