/**
 * Register blocks of B += Aᵀ·C: rows (columns of A) × columns (of C) of the result stay in registers while the sum over
 * the `length` rows of A and C runs, in row order. Here `a` walks down a column strip of A, `b` down one of the second
 * factor, and `c` is the result. As in blocks-nn.ts, one chain of multiply-adds an element.
 */
import { madd } from './simd'

export function blockTN6x8(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0)
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0)
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0)
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0)
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0)
  let p = c
  if (accumulate) {
    c00 = v128.load(p); c01 = v128.load(p, 16); p += strideC
    c10 = v128.load(p); c11 = v128.load(p, 16); p += strideC
    c20 = v128.load(p); c21 = v128.load(p, 16); p += strideC
    c30 = v128.load(p); c31 = v128.load(p, 16); p += strideC
    c40 = v128.load(p); c41 = v128.load(p, 16); p += strideC
    c50 = v128.load(p); c51 = v128.load(p, 16)
    p = c
  }
  const end = b + <usize>length * strideC
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let s = v128.load32_splat(a)
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
  v128.store(p, c00); v128.store(p, c01, 16); p += strideC
  v128.store(p, c10); v128.store(p, c11, 16); p += strideC
  v128.store(p, c20); v128.store(p, c21, 16); p += strideC
  v128.store(p, c30); v128.store(p, c31, 16); p += strideC
  v128.store(p, c40); v128.store(p, c41, 16); p += strideC
  v128.store(p, c50); v128.store(p, c51, 16)
}

export function blockTN4x8(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0)
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0)
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0)
  let p = c
  if (accumulate) {
    c00 = v128.load(p); c01 = v128.load(p, 16); p += strideC
    c10 = v128.load(p); c11 = v128.load(p, 16); p += strideC
    c20 = v128.load(p); c21 = v128.load(p, 16); p += strideC
    c30 = v128.load(p); c31 = v128.load(p, 16)
    p = c
  }
  const end = b + <usize>length * strideC
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let s = v128.load32_splat(a)
    c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
    a += strideA; b += strideC
  }
  v128.store(p, c00); v128.store(p, c01, 16); p += strideC
  v128.store(p, c10); v128.store(p, c11, 16); p += strideC
  v128.store(p, c20); v128.store(p, c21, 16); p += strideC
  v128.store(p, c30); v128.store(p, c31, 16)
}

export function blockTN1x8(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
  let p = c
  if (accumulate) {
    c00 = v128.load(p); c01 = v128.load(p, 16)
  }
  const end = b + <usize>length * strideC
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let s = v128.load32_splat(a)
    c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
    a += strideA; b += strideC
  }
  v128.store(p, c00); v128.store(p, c01, 16)
}

export function blockTN6x4(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  let c00 = f32x4.splat(0)
  let c10 = f32x4.splat(0)
  let c20 = f32x4.splat(0)
  let c30 = f32x4.splat(0)
  let c40 = f32x4.splat(0)
  let c50 = f32x4.splat(0)
  let p = c
  if (accumulate) {
    c00 = v128.load(p); p += strideC
    c10 = v128.load(p); p += strideC
    c20 = v128.load(p); p += strideC
    c30 = v128.load(p); p += strideC
    c40 = v128.load(p); p += strideC
    c50 = v128.load(p)
    p = c
  }
  const end = b + <usize>length * strideC
  while (b < end) {
    const b0 = v128.load(b)
    let s = v128.load32_splat(a)
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
  v128.store(p, c00); p += strideC
  v128.store(p, c10); p += strideC
  v128.store(p, c20); p += strideC
  v128.store(p, c30); p += strideC
  v128.store(p, c40); p += strideC
  v128.store(p, c50)
}

export function blockTN4x4(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  let c00 = f32x4.splat(0)
  let c10 = f32x4.splat(0)
  let c20 = f32x4.splat(0)
  let c30 = f32x4.splat(0)
  let p = c
  if (accumulate) {
    c00 = v128.load(p); p += strideC
    c10 = v128.load(p); p += strideC
    c20 = v128.load(p); p += strideC
    c30 = v128.load(p)
    p = c
  }
  const end = b + <usize>length * strideC
  while (b < end) {
    const b0 = v128.load(b)
    let s = v128.load32_splat(a)
    c00 = madd(s, b0, c00)
    s = v128.load32_splat(a, 4)
    c10 = madd(s, b0, c10)
    s = v128.load32_splat(a, 8)
    c20 = madd(s, b0, c20)
    s = v128.load32_splat(a, 12)
    c30 = madd(s, b0, c30)
    a += strideA; b += strideC
  }
  v128.store(p, c00); p += strideC
  v128.store(p, c10); p += strideC
  v128.store(p, c20); p += strideC
  v128.store(p, c30)
}

export function blockTN1x4(
  c: usize, a: usize, b: usize, length: i32, strideC: usize, strideA: usize, accumulate: i32,
): void {
  let c00 = f32x4.splat(0)
  let p = c
  if (accumulate) {
    c00 = v128.load(p)
  }
  const end = b + <usize>length * strideC
  while (b < end) {
    const b0 = v128.load(b)
    let s = v128.load32_splat(a)
    c00 = madd(s, b0, c00)
    a += strideA; b += strideC
  }
  v128.store(p, c00)
}
