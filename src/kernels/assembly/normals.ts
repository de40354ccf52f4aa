/**
 * Standard normal variates: Philox4x32-10 on four rows at once (one row a lane), then Box–Muller in the same lanes,
 * then a 4×4 transposition to row-major order. Every lane does the same operations, so a row's numbers depend only on
 * its own counter.
 *
 * Two blocks of components are interleaved, since ten rounds are one long chain of dependent operations
 * (bench normals::fma:rows=64,n=100: 1.8 ns so, 2.2 one by one). Constants come from memory: see constants.ts.
 */
import { cosine, halfTurn, radius, sine } from './box-muller'
import { constant } from './constants'
import { strideOf, tailMask } from './simd'

/** Multipliers, then the steps of the key. */
const PHILOX = memory.data<u32>([0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85])
const ROUNDS: i32 = 10

export function normals(
  out: usize, rows: i32, n: i32, scale: f64,
  seed: i32, stream: i32, iteration: i32, firstPath: i32, step: i32,
): void {
  fill(out << 2, rows, n, <f32>scale, seed, stream, iteration, firstPath, step, false)
}

/** The words behind `normals`, as they are: for the tests. */
export function philoxWords(
  out: usize, rows: i32, n: i32, seed: i32, stream: i32, iteration: i32, firstPath: i32, step: i32,
): void {
  fill(out << 2, rows, n, 1, seed, stream, iteration, firstPath, step, true)
}

function fill(
  out: usize, rows: i32, n: i32, scale: f32,
  seed: i32, stream: i32, iteration: i32, firstPath: i32, step: i32, isRaw: bool,
): void {
  const stride = strideOf(n)
  const blocks = <i32>(stride >> 4)
  const multiplier0 = constant(PHILOX, 0)
  const multiplier1 = constant(PHILOX, 1)
  const weyl0 = constant(PHILOX, 2)
  const weyl1 = constant(PHILOX, 3)
  const amplitude = f32x4.splat(scale)
  for (let row = 0; row < rows; row += 4) {
    const path = i32x4.add(i32x4.splat(firstPath + row), i32x4(0, 1, 2, 3))
    const lanes = min(rows - row, 4)
    let to = out + <usize>row * stride
    for (let block = 0; block < blocks; block += 2) {
      let x0 = i32x4.splat(block), x1 = i32x4.splat(step), x2 = path, x3 = i32x4.splat(iteration)
      let y0 = i32x4.splat(block + 1), y1 = x1, y2 = x2, y3 = x3
      let key0 = i32x4.splat(seed), key1 = i32x4.splat(stream)
      for (let round = 0; round < ROUNDS; round++) {
        const xLow0 = i64x2.extmul_low_i32x4_u(x0, multiplier0)
        const xHigh0 = i64x2.extmul_high_i32x4_u(x0, multiplier0)
        const xLow1 = i64x2.extmul_low_i32x4_u(x2, multiplier1)
        const xHigh1 = i64x2.extmul_high_i32x4_u(x2, multiplier1)
        x0 = v128.xor(upperWords(xLow1, xHigh1), v128.xor(x1, key0))
        x1 = lowerWords(xLow1, xHigh1)
        x2 = v128.xor(upperWords(xLow0, xHigh0), v128.xor(x3, key1))
        x3 = lowerWords(xLow0, xHigh0)

        const yLow0 = i64x2.extmul_low_i32x4_u(y0, multiplier0)
        const yHigh0 = i64x2.extmul_high_i32x4_u(y0, multiplier0)
        const yLow1 = i64x2.extmul_low_i32x4_u(y2, multiplier1)
        const yHigh1 = i64x2.extmul_high_i32x4_u(y2, multiplier1)
        y0 = v128.xor(upperWords(yLow1, yHigh1), v128.xor(y1, key0))
        y1 = lowerWords(yLow1, yHigh1)
        y2 = v128.xor(upperWords(yLow0, yHigh0), v128.xor(y3, key1))
        y3 = lowerWords(yLow0, yHigh0)

        key0 = i32x4.add(key0, weyl0)
        key1 = i32x4.add(key1, weyl1)
      }
      finish(to, x0, x1, x2, x3, amplitude, lanes, stride, isRaw)
      to += 16
      if (block + 1 < blocks) {
        finish(to, y0, y1, y2, y3, amplitude, lanes, stride, isRaw)
        to += 16
      }
    }
    if (n & 3) {
      const mask = tailMask(n)
      for (let lane = 0; lane < lanes; lane++) {
        const last = to - 16 + <usize>lane * stride
        v128.store(last, v128.and(v128.load(last), mask))
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function lowerWords(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6)
}

// @ts-ignore: decorator
@inline
function upperWords(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7)
}

/** The words of one block, one row a lane, to normals (unless raw), to four columns of as many rows as there are. */
// @ts-ignore: decorator
@inline
function finish(
  to: usize, x0: v128, x1: v128, x2: v128, x3: v128, amplitude: v128, lanes: i32, stride: usize, isRaw: bool,
): void {
  if (!isRaw) {
    const r0 = f32x4.mul(radius(x0), amplitude)
    const r2 = f32x4.mul(radius(x2), amplitude)
    const flip1 = halfTurn(x1)
    const flip3 = halfTurn(x3)
    x0 = v128.xor(f32x4.mul(r0, cosine(x1)), flip1)
    x1 = v128.xor(f32x4.mul(r0, sine(x1)), flip1)
    x2 = v128.xor(f32x4.mul(r2, cosine(x3)), flip3)
    x3 = v128.xor(f32x4.mul(r2, sine(x3)), flip3)
  }
  const y0 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5)
  const y1 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7)
  const y2 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5)
  const y3 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<i64>(y0, y2, 0, 2))
  if (lanes > 1) v128.store(to + stride, v128.shuffle<i64>(y0, y2, 1, 3))
  if (lanes > 2) v128.store(to + 2 * stride, v128.shuffle<i64>(y1, y3, 0, 2))
  if (lanes > 3) v128.store(to + 3 * stride, v128.shuffle<i64>(y1, y3, 1, 3))
}
