/**
 * Constants of the polynomials, in the reserved bytes at the start of the memory (`RESERVED_BYTES` in loader.ts): each
 * file names its own table. V8 builds a constant of the code in integer registers wherever it is used, and Binaryen
 * moves it into the loop; a broadcast from memory is one cheap load (bench normals::fma:rows=64,n=100: 2.4 ns so
 * against 2.9).
 */

/** Four copies of the entry of a table of 32-bit numbers. */
// @ts-ignore: decorator
@inline
export function constant(table: usize, index: i32): v128 {
  return v128.load32_splat(table + (<usize>index << 2))
}
