/**
 * Standard normal variates: Philox4x32-10 on four rows at once (one row a lane), then Box–Muller in the same lanes,
 * then a 4×4 transposition to row-major order. Every lane does the same operations, so a row's numbers depend only on
 * its own counter.
 */
import { madd, strideOf, tailMask } from './simd'

export function normals(
  out: usize, rows: i32, n: i32, scale: f64,
  seed: i32, stream: i32, iteration: i32, firstPath: i32, step: i32,
): void {
  fill(out, rows, n, <f32>scale, seed, stream, iteration, firstPath, step, false)
}

/** The words behind `normals`, as they are: for the tests. */
export function philoxWords(
  out: usize, rows: i32, n: i32, seed: i32, stream: i32, iteration: i32, firstPath: i32, step: i32,
): void {
  fill(out, rows, n, 1, seed, stream, iteration, firstPath, step, true)
}

function fill(
  out: usize, rows: i32, n: i32, scale: f32,
  seed: i32, stream: i32, iteration: i32, firstPath: i32, step: i32, isRaw: bool,
): void {
  const stride = strideOf(n)
  const blocks = <i32>(stride >> 4)
  const multiplier0 = i32x4.splat(0xD2511F53)
  const multiplier1 = i32x4.splat(0xCD9E8D57)
  const amplitude = f32x4.splat(scale)
  for (let row = 0; row < rows; row += 4) {
    const path = i32x4.add(i32x4.splat(firstPath + row), i32x4(0, 1, 2, 3))
    const left = rows - row
    let to = out + <usize>row * stride
    for (let block = 0; block < blocks; block++) {
      let x0 = i32x4.splat(block)
      let x1 = i32x4.splat(step)
      let x2 = path
      let x3 = i32x4.splat(iteration)
      let key0 = seed
      let key1 = stream
      for (let round = 0; round < 10; round++) {
        const low0 = i64x2.extmul_low_i32x4_u(x0, multiplier0)
        const high0 = i64x2.extmul_high_i32x4_u(x0, multiplier0)
        const low1 = i64x2.extmul_low_i32x4_u(x2, multiplier1)
        const high1 = i64x2.extmul_high_i32x4_u(x2, multiplier1)
        x0 = v128.xor(v128.xor(v128.shuffle<i32>(low1, high1, 1, 3, 5, 7), x1), i32x4.splat(key0))
        x1 = v128.shuffle<i32>(low1, high1, 0, 2, 4, 6)
        x2 = v128.xor(v128.xor(v128.shuffle<i32>(low0, high0, 1, 3, 5, 7), x3), i32x4.splat(key1))
        x3 = v128.shuffle<i32>(low0, high0, 0, 2, 4, 6)
        key0 += 0x9E3779B9
        key1 += 0xBB67AE85
      }
      if (!isRaw) {
        const r0 = f32x4.mul(radius(x0), amplitude)
        const r2 = f32x4.mul(radius(x2), amplitude)
        x0 = v128.xor(f32x4.mul(r0, cosine(x1)), halfTurn(x1))
        x1 = v128.xor(f32x4.mul(r0, sine(x1)), halfTurn(x1))
        x2 = v128.xor(f32x4.mul(r2, cosine(x3)), halfTurn(x3))
        x3 = v128.xor(f32x4.mul(r2, sine(x3)), halfTurn(x3))
      }
      const y0 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5)
      const y1 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7)
      const y2 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5)
      const y3 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7)
      v128.store(to, v128.shuffle<i64>(y0, y2, 0, 2))
      if (left > 1) v128.store(to + stride, v128.shuffle<i64>(y0, y2, 1, 3))
      if (left > 2) v128.store(to + 2 * stride, v128.shuffle<i64>(y1, y3, 0, 2))
      if (left > 3) v128.store(to + 3 * stride, v128.shuffle<i64>(y1, y3, 1, 3))
      to += 16
    }
    if (n & 3) {
      const mask = tailMask(n)
      for (let lane = 0; lane < min(left, 4); lane++) {
        const last = to - 16 + <usize>lane * stride
        v128.store(last, v128.and(v128.load(last), mask))
      }
    }
  }
}

/**
 * √(−2 ln((w+½)/2³²)), with relative precision at both ends. As a signed number s, w ≥ 2³¹ is 2³²·(u−1), the small
 * argument that log1p wants; below, f = w + ½ = mantissa·2ᵉ with the mantissa in [½, 1). So one polynomial for
 * log1p on [−½, 0) serves both, and −2 ln u = −2 log1p(t) − 2 (e−32) ln 2 adds terms of one sign only.
 */
// @ts-ignore: decorator
@inline
function radius(w: v128): v128 {
  const isUpper = i32x4.shr_s(w, 31)
  const f = f32x4.add(f32x4.convert_i32x4_s(w), f32x4.splat(0.5))
  const exponent = f32x4.convert_i32x4_s(
    v128.andnot(i32x4.sub(i32x4.shr_u(f, 23), i32x4.splat(158)), isUpper),
  )
  const mantissa = v128.or(v128.and(f, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000))
  const t = select(
    isUpper,
    f32x4.mul(f, f32x4.splat(2.3283064365386963e-10)),
    f32x4.sub(mantissa, f32x4.splat(1)),
  )
  // −2 log1p(t)/t on [−½, 0]: minimax, relative error 2.3e-8.
  let p = f32x4.splat(-2.882215656247576)
  p = madd(p, t, f32x4.splat(-3.3916236531201567))
  p = madd(p, t, f32x4.splat(-2.5153393905077337))
  p = madd(p, t, f32x4.splat(-0.4070778377472794))
  p = madd(p, t, f32x4.splat(-0.5392254924954818))
  p = madd(p, t, f32x4.splat(0.4856101595198075))
  p = madd(p, t, f32x4.splat(-0.6674012292745919))
  p = madd(p, t, f32x4.splat(0.9999857051145481))
  p = madd(p, t, f32x4.splat(-2.0000000454590268))
  return f32x4.sqrt(madd(t, p, f32x4.mul(exponent, f32x4.splat(-1.3862943611198906))))
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
  return madd(
    f32x4.convert_i32x4_s(i32x4.shl(w, 1)), f32x4.splat(4.656612873077393e-10), f32x4.splat(4.656612873077393e-10),
  )
}

/** The sign bit where the half turn that `angle` leaves out flips sine and cosine: where the two top bits differ. */
// @ts-ignore: decorator
@inline
function halfTurn(w: v128): v128 {
  return v128.and(v128.xor(w, i32x4.shl(w, 1)), i32x4.splat(0x80000000))
}

/** sin(π/2·y), minimax in y², relative error 5e-9 */
// @ts-ignore: decorator
@inline
function sine(w: v128): v128 {
  const y = angle(w)
  const z = f32x4.mul(y, y)
  let p = f32x4.splat(0.00015148512873885503)
  p = madd(p, z, f32x4.splat(-0.004673766608330066))
  p = madd(p, z, f32x4.splat(0.07968967894543315))
  p = madd(p, z, f32x4.splat(-0.6459637105997236))
  p = madd(p, z, f32x4.splat(1.570796318447805))
  return f32x4.mul(p, y)
}

/** cos(π/2·y), minimax in y², absolute error 5e-8 */
// @ts-ignore: decorator
@inline
function cosine(w: v128): v128 {
  const y = angle(w)
  const z = f32x4.mul(y, y)
  let p = f32x4.splat(0.0008581906196012585)
  p = madd(p, z, f32x4.splat(-0.020810627552706393))
  p = madd(p, z, f32x4.splat(0.25365074468515425))
  p = madd(p, z, f32x4.splat(-1.233698214687457))
  return madd(p, z, f32x4.splat(0.9999999534677041))
}
