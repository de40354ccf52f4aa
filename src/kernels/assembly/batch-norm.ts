/**
 * Batch normalisation over the rows. The sums run in row order, column by column; the walk goes down narrow strips of
 * columns whose sums and coefficients stay in registers, within bands of rows that stay in the first-level cache
 * (bench batchNorm::fma:rows=64,n=100).
 */
import { sumColumns } from './activations'
import { columnDot } from './diagonal'
import { madd, nmadd, strideOf, tailMask } from './simd'

const BAND_ROWS: usize = 64

export function batchNorm(
  out: usize, xhat: usize, mean: usize, inverse: usize,
  x: usize, gamma: usize, beta: usize, m: i32, n: i32, epsilon: f64,
): void {
  out <<= 2; xhat <<= 2; mean <<= 2; inverse <<= 2; x <<= 2; gamma <<= 2; beta <<= 2
  const stride = strideOf(n)
  const rows = <usize>m * stride
  const share = reciprocal(m)
  const eps = f32x4.splat(<f32>epsilon)
  sumColumns(mean, x, m, n, 0)
  for (let j: usize = 0; j < stride; j += 16) v128.store(mean + j, f32x4.mul(v128.load(mean + j), share))
  squaredDeviations(inverse, x, mean, m, stride)
  for (let j: usize = 0; j < stride; j += 16) {
    const variance = f32x4.mul(v128.load(inverse + j), share)
    v128.store(inverse + j, f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, eps))))
  }
  const last = inverse + stride - 16
  if (n > 0) v128.store(last, v128.and(v128.load(last), tailMask(n)))
  for (let band: usize = 0; band < rows; band += BAND_ROWS * stride) {
    const end = min(band + BAND_ROWS * stride, rows)
    for (let j: usize = 0; j < stride; j += 16) {
      const centre = v128.load(mean + j)
      const factor = v128.load(inverse + j)
      const slope = v128.load(gamma + j)
      const level = v128.load(beta + j)
      for (let i = band + j; i < end; i += stride) {
        const value = f32x4.mul(f32x4.sub(v128.load(x + i), centre), factor)
        v128.store(xhat + i, value)
        v128.store(out + i, madd(value, slope, level))
      }
    }
  }
}

/** 1/m; 0 for an empty batch, so that nothing becomes NaN. */
// @ts-ignore: decorator
@inline
function reciprocal(m: i32): v128 {
  return f32x4.splat(m > 0 ? <f32>(1.0 / <f64>m) : 0)
}

/** out[n] = Σ_rows (X − mean)², without the cancellation of E x² − (E x)². Strips of 16 columns hide the latency. */
function squaredDeviations(out: usize, x: usize, mean: usize, m: i32, stride: usize): void {
  const rows = <usize>m * stride
  let j: usize = 0
  for (; j + 64 <= stride; j += 64) {
    const m0 = v128.load(mean + j), m1 = v128.load(mean + j, 16)
    const m2 = v128.load(mean + j, 32), m3 = v128.load(mean + j, 48)
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0
    const end = x + j + rows
    for (let p = x + j; p < end; p += stride) {
      const d0 = f32x4.sub(v128.load(p), m0)
      s0 = madd(d0, d0, s0)
      const d1 = f32x4.sub(v128.load(p, 16), m1)
      s1 = madd(d1, d1, s1)
      const d2 = f32x4.sub(v128.load(p, 32), m2)
      s2 = madd(d2, d2, s2)
      const d3 = f32x4.sub(v128.load(p, 48), m3)
      s3 = madd(d3, d3, s3)
    }
    v128.store(out + j, s0); v128.store(out + j, s1, 16); v128.store(out + j, s2, 32); v128.store(out + j, s3, 48)
  }
  for (; j < stride; j += 16) {
    const m0 = v128.load(mean + j)
    let s0 = f32x4.splat(0)
    const end = x + j + rows
    for (let p = x + j; p < end; p += stride) {
      const d0 = f32x4.sub(v128.load(p), m0)
      s0 = madd(d0, d0, s0)
    }
    v128.store(out + j, s0)
  }
}

/** ∂L/∂x = γ·inverse·(d − (dβ + x̂·dγ)/m), with dβ = Σ d and dγ = Σ d∘x̂. */
export function batchNormBackward(
  d: usize, dgamma: usize, dbeta: usize,
  xhat: usize, inverse: usize, gamma: usize, m: i32, n: i32,
): void {
  d <<= 2; dgamma <<= 2; dbeta <<= 2; xhat <<= 2; inverse <<= 2; gamma <<= 2
  const stride = strideOf(n)
  const rows = <usize>m * stride
  const share = reciprocal(m)
  sumColumns(dbeta, d, m, n, 0)
  columnDot(dgamma, d, xhat, m, n)
  for (let band: usize = 0; band < rows; band += BAND_ROWS * stride) {
    const end = min(band + BAND_ROWS * stride, rows)
    for (let j: usize = 0; j < stride; j += 16) {
      const factor = f32x4.mul(v128.load(gamma + j), v128.load(inverse + j))
      const slope = f32x4.mul(v128.load(dgamma + j), share)
      const level = f32x4.mul(v128.load(dbeta + j), share)
      for (let i = band + j; i < end; i += stride) {
        const centred = nmadd(v128.load(xhat + i), slope, f32x4.sub(v128.load(d + i), level))
        v128.store(d + i, f32x4.mul(factor, centred))
      }
    }
  }
}
