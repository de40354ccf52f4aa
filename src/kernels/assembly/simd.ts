/** Shared by all kernels: multiply-add, strides in bytes, masks of the padding columns. */

/** a·b + c: fused in the relaxed build, two roundings in the plain one. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(c, f32x4.mul(a, b))
}

/** c − a·b */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c)
  return f32x4.sub(c, f32x4.mul(a, b))
}

/** Bytes from one row to the next: `cols` rounded up to a multiple of 4 floats. */
// @ts-ignore: decorator
@inline
export function strideOf(cols: i32): usize {
  return <usize>((cols + 3) & ~3) << 2
}

/** All ones in the columns of the last four that are not padding. */
// @ts-ignore: decorator
@inline
export function tailMask(cols: i32): v128 {
  return i32x4.gt_s(i32x4.splat(((cols - 1) & 3) + 1), i32x4(0, 1, 2, 3))
}
