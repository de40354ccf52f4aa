/**
 * The three matrix products of a layer. Each walks column strips of the result (outer, so that a strip of the right
 * factor stays in the first-level cache) and row blocks (inner), which are written by scripts/register-blocks.js.
 */
import { strip4, strip8, strip16, WIDEST } from './register-blocks'
import { strideOf } from './simd'

/** C[m×n] += A·B over `length` terms; from one row of A to the next `stepRow` bytes, from one term to the next `stepSum`. */
function multiply(
  c: usize, a: usize, b: usize, m: i32, length: i32, stepRow: usize, stepSum: usize, strideC: usize, accumulate: i32,
): void {
  let column: usize = 0
  if (WIDEST == 16) {
    for (; column + 64 <= strideC; column += 64) {
      strip16(m, c + column, a, b + column, length, strideC, stepRow, stepSum, accumulate)
    }
  }
  for (; column + 32 <= strideC; column += 32) {
    strip8(m, c + column, a, b + column, length, strideC, stepRow, stepSum, accumulate)
  }
  if (column < strideC) strip4(m, c + column, a, b + column, length, strideC, stepRow, stepSum, accumulate)
}

/** C[m×n] = A[m×k]·B[k×n], or +=. */
export function gemmNN(c: usize, a: usize, b: usize, m: i32, k: i32, n: i32, accumulate: i32): void {
  multiply(c << 2, a << 2, b << 2, m, k, strideOf(k), 4, strideOf(n), accumulate)
}

/** B[k×n] = A[m×k]ᵀ·C[m×n], or +=, the sum over m in row order. */
export function gemmTN(b: usize, a: usize, c: usize, m: i32, k: i32, n: i32, accumulate: i32): void {
  multiply(b << 2, a << 2, c << 2, k, m, 4, strideOf(k), strideOf(n), accumulate)
}

/** A[m×k] = C[m×n]·B[k×n]ᵀ, or +=: B is transposed into `scratch`[n×k], then an ordinary product. */
export function gemmNT(
  a: usize, c: usize, b: usize, m: i32, k: i32, n: i32, accumulate: i32, scratch: usize,
): void {
  a <<= 2; c <<= 2; b <<= 2; scratch <<= 2
  transpose(scratch, b, k, n)
  multiply(a, c, scratch, m, n, strideOf(n), 4, strideOf(k), accumulate)
}

/**
 * T[n×k] = B[k×n]ᵀ in 4×4 tiles; rows past k count as zeros, which fill the padding columns of T. Four tiles below one
 * another fill a cache line of each row of T before the next is begun: with strides that are powers of two, whose rows
 * share a cache set, lines half filled are lost (bench gemmNT::fma:m=4,k=512,n=512: 16 GFLOP/s so, 4 without).
 */
function transpose(t: usize, b: usize, k: i32, n: i32): void {
  for (let band = 0; band < k; band += 16) {
    const end = min(k, band + 16)
    for (let column = 0; column < n; column += 4) {
      for (let row = band; row < end; row += 4) transposeTile(t, b, row, column, k, n)
    }
  }
}

// @ts-ignore: decorator
@inline
function transposeTile(t: usize, b: usize, row: i32, column: i32, k: i32, n: i32): void {
  const strideB = strideOf(n)
  const strideT = strideOf(k)
  const zero = f32x4.splat(0)
  const from = b + <usize>row * strideB + (<usize>column << 2)
  const x0 = v128.load(from)
  const x1 = row + 1 < k ? v128.load(from + strideB) : zero
  const x2 = row + 2 < k ? v128.load(from + 2 * strideB) : zero
  const x3 = row + 3 < k ? v128.load(from + 3 * strideB) : zero
  const y0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5)
  const y1 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7)
  const y2 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5)
  const y3 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7)
  const to = t + <usize>column * strideT + (<usize>row << 2)
  v128.store(to, v128.shuffle<f64>(y0, y2, 0, 2))
  if (column + 1 < n) v128.store(to + strideT, v128.shuffle<f64>(y0, y2, 1, 3))
  if (column + 2 < n) v128.store(to + 2 * strideT, v128.shuffle<f64>(y1, y3, 0, 2))
  if (column + 3 < n) v128.store(to + 3 * strideT, v128.shuffle<f64>(y1, y3, 1, 3))
}
