/**
 * Register blocks of B += Aᵀ·C: rows (columns of A) × columns (of C) of the result are held in registers while the
 * sum over the `length` rows of A and C runs, in row order. Here `a` walks down a column strip of A, `b` down one
 * of the second factor, and `c` is the result. As in blocks-nn.ts, one chain of multiply-adds an element.
 */
import { madd } from './simd'

export function blockTN6x8(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  const end = b + <usize>length * strideC
  const o0 = c
  const o1 = o0 + strideC
  const o2 = o1 + strideC
  const o3 = o2 + strideC
  const o4 = o3 + strideC
  const o5 = o4 + strideC
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0)
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0)
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0)
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0)
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0)
  if (accumulate) {
    c00 = v128.load(o0, 0); c01 = v128.load(o0, 16)
    c10 = v128.load(o1, 0); c11 = v128.load(o1, 16)
    c20 = v128.load(o2, 0); c21 = v128.load(o2, 16)
    c30 = v128.load(o3, 0); c31 = v128.load(o3, 16)
    c40 = v128.load(o4, 0); c41 = v128.load(o4, 16)
    c50 = v128.load(o5, 0); c51 = v128.load(o5, 16)
  }
  while (b < end) {
    const b0 = v128.load(b, 0), b1 = v128.load(b, 16)
    let s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
    s = v128.load32_splat(a, 16)
    c40 = madd(s, b0, c40); c41 = madd(s, b1, c41)
    s = v128.load32_splat(a, 20)
    c50 = madd(s, b0, c50); c51 = madd(s, b1, c51)
    a += strideA; b += strideC
  }
  v128.store(o0, c00, 0); v128.store(o0, c01, 16)
  v128.store(o1, c10, 0); v128.store(o1, c11, 16)
  v128.store(o2, c20, 0); v128.store(o2, c21, 16)
  v128.store(o3, c30, 0); v128.store(o3, c31, 16)
  v128.store(o4, c40, 0); v128.store(o4, c41, 16)
  v128.store(o5, c50, 0); v128.store(o5, c51, 16)
}

export function blockTN4x8(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  const end = b + <usize>length * strideC
  const o0 = c
  const o1 = o0 + strideC
  const o2 = o1 + strideC
  const o3 = o2 + strideC
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0)
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0)
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0)
  if (accumulate) {
    c00 = v128.load(o0, 0); c01 = v128.load(o0, 16)
    c10 = v128.load(o1, 0); c11 = v128.load(o1, 16)
    c20 = v128.load(o2, 0); c21 = v128.load(o2, 16)
    c30 = v128.load(o3, 0); c31 = v128.load(o3, 16)
  }
  while (b < end) {
    const b0 = v128.load(b, 0), b1 = v128.load(b, 16)
    let s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
    a += strideA; b += strideC
  }
  v128.store(o0, c00, 0); v128.store(o0, c01, 16)
  v128.store(o1, c10, 0); v128.store(o1, c11, 16)
  v128.store(o2, c20, 0); v128.store(o2, c21, 16)
  v128.store(o3, c30, 0); v128.store(o3, c31, 16)
}

export function blockTN1x8(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  const end = b + <usize>length * strideC
  const o0 = c
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
  if (accumulate) {
    c00 = v128.load(o0, 0); c01 = v128.load(o0, 16)
  }
  while (b < end) {
    const b0 = v128.load(b, 0), b1 = v128.load(b, 16)
    let s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
    a += strideA; b += strideC
  }
  v128.store(o0, c00, 0); v128.store(o0, c01, 16)
}

export function blockTN6x4(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  const end = b + <usize>length * strideC
  const o0 = c
  const o1 = o0 + strideC
  const o2 = o1 + strideC
  const o3 = o2 + strideC
  const o4 = o3 + strideC
  const o5 = o4 + strideC
  let c00 = f32x4.splat(0)
  let c10 = f32x4.splat(0)
  let c20 = f32x4.splat(0)
  let c30 = f32x4.splat(0)
  let c40 = f32x4.splat(0)
  let c50 = f32x4.splat(0)
  if (accumulate) {
    c00 = v128.load(o0, 0)
    c10 = v128.load(o1, 0)
    c20 = v128.load(o2, 0)
    c30 = v128.load(o3, 0)
    c40 = v128.load(o4, 0)
    c50 = v128.load(o5, 0)
  }
  while (b < end) {
    const b0 = v128.load(b, 0)
    let s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    s = v128.load32_splat(a, 16)
    c40 = madd(s, b0, c40)
    s = v128.load32_splat(a, 20)
    c50 = madd(s, b0, c50)
    a += strideA; b += strideC
  }
  v128.store(o0, c00, 0)
  v128.store(o1, c10, 0)
  v128.store(o2, c20, 0)
  v128.store(o3, c30, 0)
  v128.store(o4, c40, 0)
  v128.store(o5, c50, 0)
}

export function blockTN4x4(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  const end = b + <usize>length * strideC
  const o0 = c
  const o1 = o0 + strideC
  const o2 = o1 + strideC
  const o3 = o2 + strideC
  let c00 = f32x4.splat(0)
  let c10 = f32x4.splat(0)
  let c20 = f32x4.splat(0)
  let c30 = f32x4.splat(0)
  if (accumulate) {
    c00 = v128.load(o0, 0)
    c10 = v128.load(o1, 0)
    c20 = v128.load(o2, 0)
    c30 = v128.load(o3, 0)
  }
  while (b < end) {
    const b0 = v128.load(b, 0)
    let s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    a += strideA; b += strideC
  }
  v128.store(o0, c00, 0)
  v128.store(o1, c10, 0)
  v128.store(o2, c20, 0)
  v128.store(o3, c30, 0)
}

export function blockTN1x4(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  const end = b + <usize>length * strideC
  const o0 = c
  let c00 = f32x4.splat(0)
  if (accumulate) {
    c00 = v128.load(o0, 0)
  }
  while (b < end) {
    const b0 = v128.load(b, 0)
    let s = v128.load32_splat(a, 0)
    c00 = madd(s, b0, c00)
    a += strideA; b += strideC
  }
  v128.store(o0, c00, 0)
}
