/** One number a row: inner products in double precision, and combinations of two matrices weighted by row. */
import { madd, strideOf } from './simd'

/** out[r] = Σ_j A[r,j]·B[r,j]: the products of two floats are exact in float64, only the sum rounds. */
export function rowDot(out: usize, a: usize, b: usize, rows: i32, n: i32): void {
  a <<= 2; b <<= 2; out <<= 3
  const stride = strideOf(n)
  for (let r = 0; r < rows; r++) {
    let s0 = f64x2.splat(0)
    let s1 = f64x2.splat(0)
    for (let j: usize = 0; j < stride; j += 16) {
      const low = f64x2.mul(
        f64x2.promote_low_f32x4(v128.load64_zero(a + j)),
        f64x2.promote_low_f32x4(v128.load64_zero(b + j)),
      )
      const high = f64x2.mul(
        f64x2.promote_low_f32x4(v128.load64_zero(a + j, 8)),
        f64x2.promote_low_f32x4(v128.load64_zero(b + j, 8)),
      )
      s0 = f64x2.add(s0, low)
      s1 = f64x2.add(s1, high)
    }
    const s = f64x2.add(s0, s1)
    store<f64>(out + (<usize>r << 3), f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1))
    a += stride
    b += stride
  }
}

/** out[r,j] = p[r]·A[r,j] + q[r]·B[r,j] */
export function rowCombine(out: usize, a: usize, p: usize, b: usize, q: usize, rows: i32, n: i32): void {
  out <<= 2; a <<= 2; b <<= 2; p <<= 3; q <<= 3
  const stride = strideOf(n)
  const end = <usize>rows * stride
  for (let i: usize = 0; i < end; i += stride) {
    const u = f32x4.splat(<f32>load<f64>(p))
    const v = f32x4.splat(<f32>load<f64>(q))
    for (let j: usize = 0; j < stride; j += 16) {
      v128.store(out + i + j, madd(u, v128.load(a + i + j), f32x4.mul(v, v128.load(b + i + j))))
    }
    p += 8
    q += 8
  }
}
