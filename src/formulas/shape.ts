/** The shape of a value: `[]` a scalar, `[n]` a vector, `[rows, columns]` a matrix (row-major). */
export type Shape = readonly [] | readonly [number] | readonly [number, number]

/** Two values do not fit together. The message names both shapes; whoever knows the place adds it. */
export class ShapeError extends Error {
  override name = 'ShapeError'
}

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.length === 0 ? 1 : shape.length === 1 ? shape[0] : shape[0] * shape[1]
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a[0] === b[0] && a[1] === b[1]
}

/** `scalar`, `vector[5]` or `matrix[2×3]`. */
export function describeShape(shape: Shape): string {
  if (shape.length === 0) return 'scalar'
  return shape.length === 1 ? `vector[${shape[0]}]` : `matrix[${shape[0]}×${shape[1]}]`
}

/**
 * The shape of an elementwise operation: the common shape of all operands that are not scalars.
 *
 * @throws ShapeError where two of them differ
 */
export function broadcastShape(shapes: readonly Shape[]): Shape {
  let result: Shape = []
  for (const shape of shapes) {
    if (shape.length === 0) continue
    if (result.length === 0) result = shape
    else if (!sameShape(result, shape)) {
      throw new ShapeError(`${describeShape(result)} and ${describeShape(shape)} do not fit together`)
    }
  }
  return result
}
