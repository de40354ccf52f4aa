/** Diagonal linear maps: one coefficient a column, and the gradient of it. */
import { madd, strideOf } from './simd'

/** out[rows×n] += A ∘ scale[n] */
export function addScaled(out: usize, a: usize, scale: usize, rows: i32, n: i32): void {
  const stride = strideOf(n)
  const end = <usize>rows * stride
  for (let i: usize = 0; i < end; i += stride) {
    for (let j: usize = 0; j < stride; j += 16) {
      v128.store(out + i + j, madd(v128.load(a + i + j), v128.load(scale + j), v128.load(out + i + j)))
    }
  }
}

/** out[n] = Σ_rows A ∘ B */
export function columnDot(out: usize, a: usize, b: usize, rows: i32, n: i32): void {
  const stride = strideOf(n)
  const bytes = <usize>rows * stride
  for (let j: usize = 0; j < stride; j += 16) {
    let sum = f32x4.splat(0)
    for (let i: usize = j; i < bytes; i += stride) sum = madd(v128.load(a + i), v128.load(b + i), sum)
    v128.store(out + j, sum)
  }
}
