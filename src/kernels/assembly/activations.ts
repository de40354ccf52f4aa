/** Bias and activation of a layer, their backward form, and the sum over rows. */
import { hyperbolicTangent, logistic } from './functions'
import { nmadd, strideOf, tailMask } from './simd'

const RELU: i32 = 1
const TANH: i32 = 2
const SIGMOID: i32 = 3

// @ts-ignore: decorator
@inline
function activated(h: v128, bias: v128, activation: i32): v128 {
  const sum = f32x4.add(h, bias)
  if (activation == RELU) return f32x4.pmax(sum, f32x4.splat(0))
  if (activation == TANH) return hyperbolicTangent(sum)
  if (activation == SIGMOID) return logistic(sum)
  return sum
}

/** A row of `biasActivation`, two vectors at a time, which V8 joins where it can. */
// @ts-ignore: decorator
@inline
function activateRow(p: usize, bias: usize, stride: usize, activation: i32): void {
  const end = p + stride
  for (; p + 32 <= end; p += 32) {
    const h0 = activated(v128.load(p), v128.load(bias), activation)
    const h1 = activated(v128.load(p, 16), v128.load(bias, 16), activation)
    v128.store(p, h0); v128.store(p, h1, 16)
    bias += 32
  }
  if (p < end) v128.store(p, activated(v128.load(p), v128.load(bias), activation))
}

/** H[m×n] = act(H + bias), in place. */
export function biasActivation(h: usize, bias: usize, m: i32, n: i32, activation: i32): void {
  h <<= 2; bias <<= 2
  const stride = strideOf(n)
  const end = h + <usize>m * stride
  for (let p = h; p < end; p += stride) {
    if (activation == RELU) activateRow(p, bias, stride, RELU)
    else if (activation == TANH) activateRow(p, bias, stride, TANH)
    else if (activation == SIGMOID) {
      activateRow(p, bias, stride, SIGMOID)
      // The logistic function of the padding's zero is ½.
      const last = p + stride - 16
      v128.store(last, v128.and(v128.load(last), tailMask(n)))
    } else activateRow(p, bias, stride, 0)
  }
}

/** D[m×n] = D ∘ act′ from the activation's output H, in place on D. */
export function activationBackward(d: usize, h: usize, m: i32, n: i32, activation: i32): void {
  d <<= 2; h <<= 2
  const bytes = <usize>m * strideOf(n)
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  if (activation == RELU) {
    for (let j: usize = 0; j < bytes; j += 16) {
      v128.store(d + j, v128.and(v128.load(d + j), f32x4.gt(v128.load(h + j), zero)))
    }
  } else if (activation == TANH) {
    for (let j: usize = 0; j < bytes; j += 16) {
      const y = v128.load(h + j)
      v128.store(d + j, f32x4.mul(v128.load(d + j), f32x4.sub(one, f32x4.mul(y, y))))
    }
  } else if (activation == SIGMOID) {
    for (let j: usize = 0; j < bytes; j += 16) {
      const y = v128.load(h + j)
      v128.store(d + j, f32x4.mul(v128.load(d + j), f32x4.mul(y, f32x4.sub(one, y))))
    }
  }
}

/** D[m×n] = (1 − H²)∘(D − H∘(Q² − S) + (H² − ⅓)∘Q∘(Q² − 3S)), in place on D. */
export function tanhIncrement(d: usize, h: usize, q: usize, s: usize, m: i32, n: i32): void {
  d <<= 2; h <<= 2; q <<= 2; s <<= 2
  const bytes = <usize>m * strideOf(n)
  const one = f32x4.splat(1)
  const third = f32x4.splat(1.0 / 3.0)
  const three = f32x4.splat(3)
  for (let j: usize = 0; j < bytes; j += 16) {
    const y = v128.load(h + j)
    const move = v128.load(q + j)
    const variance = v128.load(s + j)
    const squared = f32x4.mul(y, y)
    const square = f32x4.mul(move, move)
    const cubic = f32x4.mul(f32x4.mul(f32x4.sub(squared, third), move), nmadd(three, variance, square))
    const sum = f32x4.add(nmadd(y, f32x4.sub(square, variance), v128.load(d + j)), cubic)
    v128.store(d + j, f32x4.mul(f32x4.sub(one, squared), sum))
  }
}

/** out[n] = Σ_rows D[m×n], or +=, in row order; four vectors of columns at once hide the latency of the additions. */
export function columnSum(out: usize, d: usize, m: i32, n: i32, accumulate: i32): void {
  sumColumns(out << 2, d << 2, m, n, accumulate)
}

/** The same, places in bytes. */
export function sumColumns(out: usize, d: usize, m: i32, n: i32, accumulate: i32): void {
  const stride = strideOf(n)
  const rows = <usize>m * stride
  let j: usize = 0
  for (; j + 64 <= stride; j += 64) {
    const end = d + j + rows
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0)
    if (accumulate) {
      s0 = v128.load(out + j); s1 = v128.load(out + j, 16); s2 = v128.load(out + j, 32); s3 = v128.load(out + j, 48)
    }
    for (let p = d + j; p < end; p += stride) {
      s0 = f32x4.add(s0, v128.load(p))
      s1 = f32x4.add(s1, v128.load(p, 16))
      s2 = f32x4.add(s2, v128.load(p, 32))
      s3 = f32x4.add(s3, v128.load(p, 48))
    }
    v128.store(out + j, s0); v128.store(out + j, s1, 16); v128.store(out + j, s2, 32); v128.store(out + j, s3, 48)
  }
  for (; j < stride; j += 16) {
    const end = d + j + rows
    let s = f32x4.splat(0)
    if (accumulate) s = v128.load(out + j)
    for (let p = d + j; p < end; p += stride) s = f32x4.add(s, v128.load(p))
    v128.store(out + j, s)
  }
}
