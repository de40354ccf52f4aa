/** Diagonal linear maps: one coefficient a column, and the gradient of it. */
import { madd, strideOf } from './simd'

/** out[rows×n] += A ∘ scale[n] */
export function addScaled(out: usize, a: usize, scale: usize, rows: i32, n: i32): void {
  out <<= 2; a <<= 2; scale <<= 2
  const stride = strideOf(n)
  const end = <usize>rows * stride
  for (let i: usize = 0; i < end; i += stride) {
    for (let j: usize = 0; j < stride; j += 16) {
      v128.store(out + i + j, madd(v128.load(a + i + j), v128.load(scale + j), v128.load(out + i + j)))
    }
  }
}

/** Z[rows×n] = unit·(Z + bias[n] + X∘β[n]) + G∘α[n]; a term whose coefficients are at 0 is left out. */
export function linearOutput(
  z: usize, bias: usize, x: usize, beta: usize, unit: f64, g: usize, alpha: usize, rows: i32, n: i32,
): void {
  z <<= 2; bias <<= 2; x <<= 2; beta <<= 2; g <<= 2; alpha <<= 2
  const stride = strideOf(n)
  const end = <usize>rows * stride
  const u = f32x4.splat(<f32>unit)
  for (let i: usize = 0; i < end; i += stride) {
    for (let j: usize = 0; j < stride; j += 16) {
      let sum = v128.load(z + i + j)
      if (bias) sum = f32x4.add(sum, v128.load(bias + j))
      if (beta) sum = madd(v128.load(x + i + j), v128.load(beta + j), sum)
      sum = f32x4.mul(u, sum)
      if (alpha) sum = madd(v128.load(g + i + j), v128.load(alpha + j), sum)
      v128.store(z + i + j, sum)
    }
  }
}

/** Backward of `linearOutput`: dα = Σ D∘G, D ← unit·D, then dbias = Σ D, dβ = Σ D∘X, in row order; what is at 0 is left out. */
export function linearOutputBackward(
  d: usize, dbias: usize, x: usize, dbeta: usize, unit: f64, g: usize, dalpha: usize, m: i32, n: i32,
): void {
  d <<= 2; dbias <<= 2; x <<= 2; dbeta <<= 2; g <<= 2; dalpha <<= 2
  const stride = strideOf(n)
  const bytes = <usize>m * stride
  const u = f32x4.splat(<f32>unit)
  const zero = f32x4.splat(0)
  for (let j: usize = 0; j < stride; j += 32) {
    // A last strip of four columns goes through them twice.
    const next: usize = j + 16 < stride ? 16 : 0
    let a0 = zero, a1 = zero, b0 = zero, b1 = zero, s0 = zero, s1 = zero
    for (let i = j; i < bytes; i += stride) {
      let d0 = v128.load(d + i), d1 = v128.load(d + i + next)
      if (dalpha) {
        a0 = madd(v128.load(g + i), d0, a0)
        a1 = madd(v128.load(g + i + next), d1, a1)
      }
      d0 = f32x4.mul(u, d0)
      d1 = f32x4.mul(u, d1)
      v128.store(d + i, d0); v128.store(d + i + next, d1)
      s0 = f32x4.add(s0, d0)
      s1 = f32x4.add(s1, d1)
      if (dbeta) {
        b0 = madd(v128.load(x + i), d0, b0)
        b1 = madd(v128.load(x + i + next), d1, b1)
      }
    }
    if (dalpha) { v128.store(dalpha + j, a0); v128.store(dalpha + j + next, a1) }
    if (dbeta) { v128.store(dbeta + j, b0); v128.store(dbeta + j + next, b1) }
    if (dbias) { v128.store(dbias + j, s0); v128.store(dbias + j + next, s1) }
  }
}

/** out[n] = Σ_rows A ∘ B, in row order; strips of 16 columns hide the latency of the additions. */
export function columnDot(out: usize, a: usize, b: usize, rows: i32, n: i32): void {
  const stride = strideOf(n)
  const bytes = <usize>rows * stride
  let j: usize = 0
  for (; j + 64 <= stride; j += 64) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0
    for (let i = j; i < bytes; i += stride) {
      const p = a + i
      const q = b + i
      s0 = madd(v128.load(p), v128.load(q), s0)
      s1 = madd(v128.load(p, 16), v128.load(q, 16), s1)
      s2 = madd(v128.load(p, 32), v128.load(q, 32), s2)
      s3 = madd(v128.load(p, 48), v128.load(q, 48), s3)
    }
    v128.store(out + j, s0); v128.store(out + j, s1, 16); v128.store(out + j, s2, 32); v128.store(out + j, s3, 48)
  }
  for (; j < stride; j += 16) {
    let s0 = f32x4.splat(0)
    for (let i = j; i < bytes; i += stride) s0 = madd(v128.load(a + i), v128.load(b + i), s0)
    v128.store(out + j, s0)
  }
}
