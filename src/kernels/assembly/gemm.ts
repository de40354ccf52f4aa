/**
 * The three matrix products of a layer. Each walks column strips of the result (outer, so that a strip of the right
 * factor stays in the first-level cache) and row blocks (inner), and hands both to the register blocks.
 */
import { blockNN1x4, blockNN1x8, blockNN4x4, blockNN4x8, blockNN6x4, blockNN6x8 } from './blocks-nn'
import { blockTN1x4, blockTN1x8, blockTN4x4, blockTN4x8, blockTN6x4, blockTN6x8 } from './blocks-tn'
import { strideOf } from './simd'

/**
 * How many rows to take next: sixes, but 8 = 4 + 4 rather than 6 + 1 + 1; fours where a product needs a register of its
 * own before it is added, and 6×8 would spill (bench gemmNN::simd:m=64,k=110,n=110: 31 GFLOP/s by six, 53 by four).
 */
// @ts-ignore: decorator
@inline
function nextRows(left: i32): i32 {
  if (ASC_FEATURE_RELAXED_SIMD && left >= 6 && left != 8) return 6
  return left >= 4 ? 4 : 1
}

function multiply(
  c: usize, a: usize, b: usize, m: i32, k: i32, strideA: usize, strideC: usize, accumulate: i32,
): void {
  let column: usize = 0
  for (; column + 32 <= strideC; column += 32) {
    let to = c + column
    let from = a
    for (let left = m; left > 0;) {
      const rows = nextRows(left)
      if (rows == 6) blockNN6x8(to, from, b + column, k, strideC, strideA, accumulate)
      else if (rows == 4) blockNN4x8(to, from, b + column, k, strideC, strideA, accumulate)
      else blockNN1x8(to, from, b + column, k, strideC, strideA, accumulate)
      to += <usize>rows * strideC
      from += <usize>rows * strideA
      left -= rows
    }
  }
  if (column < strideC) {
    let to = c + column
    let from = a
    for (let left = m; left > 0;) {
      const rows = nextRows(left)
      if (rows == 6) blockNN6x4(to, from, b + column, k, strideC, strideA, accumulate)
      else if (rows == 4) blockNN4x4(to, from, b + column, k, strideC, strideA, accumulate)
      else blockNN1x4(to, from, b + column, k, strideC, strideA, accumulate)
      to += <usize>rows * strideC
      from += <usize>rows * strideA
      left -= rows
    }
  }
}

/** C[m×n] = A[m×k]·B[k×n], or +=. */
export function gemmNN(c: usize, a: usize, b: usize, m: i32, k: i32, n: i32, accumulate: i32): void {
  multiply(c << 2, a << 2, b << 2, m, k, strideOf(k), strideOf(n), accumulate)
}

/** B[k×n] = A[m×k]ᵀ·C[m×n], or +=, the sum over m in row order. */
export function gemmTN(b: usize, a: usize, c: usize, m: i32, k: i32, n: i32, accumulate: i32): void {
  b <<= 2; a <<= 2; c <<= 2
  const strideA = strideOf(k)
  const strideC = strideOf(n)
  let column: usize = 0
  for (; column + 32 <= strideC; column += 32) {
    let to = b + column
    let from = a
    for (let left = k; left > 0;) {
      const rows = nextRows(left)
      if (rows == 6) blockTN6x8(to, from, c + column, m, strideC, strideA, accumulate)
      else if (rows == 4) blockTN4x8(to, from, c + column, m, strideC, strideA, accumulate)
      else blockTN1x8(to, from, c + column, m, strideC, strideA, accumulate)
      to += <usize>rows * strideC
      from += <usize>rows << 2
      left -= rows
    }
  }
  if (column < strideC) {
    let to = b + column
    let from = a
    for (let left = k; left > 0;) {
      const rows = nextRows(left)
      if (rows == 6) blockTN6x4(to, from, c + column, m, strideC, strideA, accumulate)
      else if (rows == 4) blockTN4x4(to, from, c + column, m, strideC, strideA, accumulate)
      else blockTN1x4(to, from, c + column, m, strideC, strideA, accumulate)
      to += <usize>rows * strideC
      from += <usize>rows << 2
      left -= rows
    }
  }
}

/** A[m×k] = C[m×n]·B[k×n]ᵀ, or +=: B is transposed into `scratch`[n×k], then an ordinary product. */
export function gemmNT(
  a: usize, c: usize, b: usize, m: i32, k: i32, n: i32, accumulate: i32, scratch: usize,
): void {
  a <<= 2; c <<= 2; b <<= 2; scratch <<= 2
  transpose(scratch, b, k, n)
  multiply(a, c, scratch, m, n, strideOf(n), strideOf(k), accumulate)
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
