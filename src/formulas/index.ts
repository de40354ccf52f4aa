/** Formulas: text → typed expression → derivatives → code over a batch. */
export {
  add,
  apply,
  array,
  broadcast,
  concat,
  constant,
  div,
  dot,
  element,
  fill,
  iota,
  mul,
  norm,
  reduce,
  reshape,
  select,
  slice,
  sub,
  sum,
  variable,
} from './build.ts'
export { componentDerivative } from './component-derivative.ts'
export { constantFrom } from './constants.ts'
export { type Bindings, evaluate, evaluateScalar } from './evaluate.ts'
export { type Expression, freeVariables, reachable } from './expression.ts'
export { type BatchFunctionOptions, generateBatchFunction } from './generate.ts'
export { gradient, gradients } from './gradient.ts'
export { functionNames } from './language.ts'
export { diag, diagonal, matmul, matvec, outer, transpose } from './linear.ts'
export { type BatchFunction, type FloatArray, loadBatchFunction } from './load.ts'
export { nearestName } from './nearest.ts'
export { loadParser, parseFormula, parseFormulaSync } from './parse.ts'
export { toLatex, toText } from './print.ts'
export type { Scope } from './scope.ts'
export { describeShape, type Shape, ShapeError, sameShape, sizeOf } from './shape.ts'
