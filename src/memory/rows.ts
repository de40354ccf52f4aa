/** Matrices of float32, row by row: how far apart rows lie is known to this file, the kernels and the generated code alone. */

/** The number of columns as stored: the next multiple of 4. */
export function padded(columns: number): number {
  return (columns + 3) & ~3
}

/** Floats that a matrix takes. */
export function floatsOf(rows: number, columns: number): number {
  return rows * padded(columns)
}

/** Index of the first element of a row, of a matrix at index `at`. */
export function rowAt(at: number, row: number, columns: number): number {
  return at + row * padded(columns)
}

/** The rows as one array, padding with them. */
export function rowsAt(
  { floats }: { floats: Float32Array },
  at: number,
  rows: number,
  columns: number,
): Float32Array {
  return floats.subarray(at, at + floatsOf(rows, columns))
}

/** Zeros for what is not finite: where a derivative does not exist, at a kink or where no noise reaches. */
export function zeroWhereUndefined(
  views: { floats: Float32Array },
  at: number,
  rows: number,
  columns: number,
): void {
  const all = rowsAt(views, at, rows, columns)
  for (let k = 0; k < all.length; k++) if (!Number.isFinite(all[k])) all[k] = 0
}

export function clearRows(
  { floats }: { floats: Float32Array },
  at: number,
  rows: number,
  columns: number,
): void {
  floats.fill(0, at, at + floatsOf(rows, columns))
}

export function copyRows(
  { floats }: { floats: Float32Array },
  to: number,
  from: number,
  rows: number,
  columns: number,
): void {
  floats.copyWithin(to, from, from + floatsOf(rows, columns))
}
