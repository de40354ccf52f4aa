/** Row-wise maps with one coefficient a column: standardisation and the exact steps of X. */
import { exponential } from './functions'
import { madd, strideOf } from './simd'

/** out[rows×n] = A ∘ scale[n] + shift[n] */
export function scaleShift(out: usize, a: usize, scale: usize, shift: usize, rows: i32, n: i32): void {
  out <<= 2; a <<= 2; scale <<= 2; shift <<= 2
  const stride = strideOf(n)
  const end = <usize>rows * stride
  for (let i: usize = 0; i < end; i += stride) {
    for (let j: usize = 0; j < stride; j += 16) {
      v128.store(out + i + j, madd(v128.load(a + i + j), v128.load(scale + j), v128.load(shift + j)))
    }
  }
}

/** out[rows×n] = X∘a[n] + b[n] + s[n]∘W */
export function affineStep(
  out: usize, x: usize, w: usize, a: usize, b: usize, s: usize, rows: i32, n: i32,
): void {
  out <<= 2; x <<= 2; w <<= 2; a <<= 2; b <<= 2; s <<= 2
  const stride = strideOf(n)
  const end = <usize>rows * stride
  for (let i: usize = 0; i < end; i += stride) {
    for (let j: usize = 0; j < stride; j += 16) {
      const drift = madd(v128.load(x + i + j), v128.load(a + j), v128.load(b + j))
      v128.store(out + i + j, madd(v128.load(s + j), v128.load(w + i + j), drift))
    }
  }
}

// @ts-ignore: decorator
@inline
function grown(x: v128, w: v128, b: v128, s: v128): v128 {
  return f32x4.mul(x, exponential(madd(s, w, b)))
}

/** out[rows×n] = X ∘ exp(b[n] + s[n]∘W), two vectors at a time, which V8 joins where it can. */
export function geometricStep(out: usize, x: usize, w: usize, b: usize, s: usize, rows: i32, n: i32): void {
  out <<= 2; x <<= 2; w <<= 2; b <<= 2; s <<= 2
  const stride = strideOf(n)
  const end = <usize>rows * stride
  for (let i: usize = 0; i < end; i += stride) {
    let j: usize = 0
    for (; j + 32 <= stride; j += 32) {
      const p = x + i + j, q = w + i + j, level = b + j, slope = s + j, to = out + i + j
      const x0 = grown(v128.load(p), v128.load(q), v128.load(level), v128.load(slope))
      const x1 = grown(v128.load(p, 16), v128.load(q, 16), v128.load(level, 16), v128.load(slope, 16))
      v128.store(to, x0); v128.store(to, x1, 16)
    }
    if (j < stride) {
      const last = grown(v128.load(x + i + j), v128.load(w + i + j), v128.load(b + j), v128.load(s + j))
      v128.store(out + i + j, last)
    }
  }
}
