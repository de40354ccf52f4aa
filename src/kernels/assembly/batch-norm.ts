/** Batch normalisation over the rows: the sums run in row order, column by column. */
import { columnSum } from './activations'
import { madd, nmadd, strideOf, tailMask } from './simd'

export function batchNorm(
  out: usize, xhat: usize, mean: usize, inverse: usize,
  x: usize, gamma: usize, beta: usize, m: i32, n: i32, epsilon: f64,
): void {
  const stride = strideOf(n)
  const rows = <usize>m * stride
  const share = f32x4.splat(m > 0 ? <f32>(1.0 / <f64>m) : 0)
  const eps = f32x4.splat(<f32>epsilon)
  columnSum(mean, x, m, n, 0)
  for (let j: usize = 0; j < stride; j += 16) {
    v128.store(mean + j, f32x4.mul(v128.load(mean + j), share))
    v128.store(inverse + j, f32x4.splat(0))
  }
  // The centred values go to xhat, their squares are summed: no cancellation, unlike E x² − (E x)².
  for (let i: usize = 0; i < rows; i += stride) {
    for (let j: usize = 0; j < stride; j += 16) {
      const centred = f32x4.sub(v128.load(x + i + j), v128.load(mean + j))
      v128.store(xhat + i + j, centred)
      v128.store(inverse + j, madd(centred, centred, v128.load(inverse + j)))
    }
  }
  for (let j: usize = 0; j < stride; j += 16) {
    const variance = f32x4.mul(v128.load(inverse + j), share)
    v128.store(inverse + j, f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, eps))))
  }
  const last = inverse + stride - 16
  if (n > 0) v128.store(last, v128.and(v128.load(last), tailMask(n)))
  for (let i: usize = 0; i < rows; i += stride) {
    for (let j: usize = 0; j < stride; j += 16) {
      const value = f32x4.mul(v128.load(xhat + i + j), v128.load(inverse + j))
      v128.store(xhat + i + j, value)
      v128.store(out + i + j, madd(value, v128.load(gamma + j), v128.load(beta + j)))
    }
  }
}

/** ∂L/∂x = γ·inverse·(d − (dβ + x̂·dγ)/m), with dβ = Σ d and dγ = Σ d∘x̂. */
export function batchNormBackward(
  d: usize, dgamma: usize, dbeta: usize,
  xhat: usize, inverse: usize, gamma: usize, m: i32, n: i32,
): void {
  const stride = strideOf(n)
  const rows = <usize>m * stride
  const share = f32x4.splat(m > 0 ? <f32>(1.0 / <f64>m) : 0)
  for (let j: usize = 0; j < stride; j += 16) {
    v128.store(dgamma + j, f32x4.splat(0))
    v128.store(dbeta + j, f32x4.splat(0))
  }
  for (let i: usize = 0; i < rows; i += stride) {
    for (let j: usize = 0; j < stride; j += 16) {
      const g = v128.load(d + i + j)
      v128.store(dgamma + j, madd(g, v128.load(xhat + i + j), v128.load(dgamma + j)))
      v128.store(dbeta + j, f32x4.add(g, v128.load(dbeta + j)))
    }
  }
  for (let j: usize = 0; j < stride; j += 16) {
    const factor = f32x4.mul(v128.load(gamma + j), v128.load(inverse + j))
    const slope = f32x4.mul(v128.load(dgamma + j), share)
    const level = f32x4.mul(v128.load(dbeta + j), share)
    for (let i: usize = j; i < rows; i += stride) {
      const centred = nmadd(v128.load(xhat + i), slope, f32x4.sub(v128.load(d + i), level))
      v128.store(d + i, f32x4.mul(factor, centred))
    }
  }
}
