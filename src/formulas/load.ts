/** Turns generated source into a function. Workers import this file and nothing else of `formulas/`. */
import { UserError } from '../errors/errors.ts'

export type FloatArray = Float32Array | Float64Array

/**
 * A function over a whole batch, compiled from formulas:
 *
 *     fn(count, t, [scalars…], for each input: array, offset, stride, for each output: array, offset, stride)
 *
 * Row r of a value of n elements is array[offset + r·stride + j], j < n (matrices row by row); a scalar is the element
 * j = 0. Offsets and strides count elements. Inputs are read only. Outputs are overwritten and must not overlap an
 * input or each other. Arithmetic is float64 whatever the arrays are. Rows are independent of each other and of
 * `count`, and each is computed in a fixed order: splitting a batch gives the same bits.
 *
 * A loaded function keeps scratch memory: it is not re-entrant, and it is fastest when every call passes arrays of the
 * same types. Load the source again for other types.
 */
export type BatchFunction = (count: number, t: number, ...rest: (number | FloatArray)[]) => void

/** @param source from `generateBatchFunction`; text from anywhere else must never get here */
export function loadBatchFunction(source: string): BatchFunction {
  return runSource(source) as BatchFunction
}

/**
 * What source that we wrote returns.
 * @throws UserError where this Node makes no functions from text
 */
export function runSource(source: string): unknown {
  try {
    return new Function(source)()
  } catch (error) {
    if (!(error instanceof EvalError)) throw error
    throw new UserError(
      'this Node makes no functions from text, which formulas become. Start it without --disallow-code-generation-from-strings.',
    )
  }
}
