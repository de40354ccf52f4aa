import type { FunctionName } from './functions.ts'

/** What differs between text and LaTeX. All arguments are printed already, with parentheses where they need them. */
export interface Style {
  number(value: number): string
  name(name: string): string
  /** The component's index. */
  readonly index: string
  parenthesised(inner: string): string
  operator(fn: FunctionName): string
  /** Between factors that go element by element: vectors (rank 1) or matrices (2). With a scalar it is `operator('mul')`. */
  elementwise(rank: number): string
  call(name: string, latex: string, args: readonly string[]): string
  /** @param isMatrix of a matrix, element by element */
  power(base: string, exponent: string, isMatrix: boolean): string
  quotient(numerator: string, denominator: string): { text: string; strength: number }
  /** Between numerator and denominator that are matrices and go element by element. */
  readonly matrixQuotient: string
  /** Do numerator and denominator stand apart by themselves? */
  readonly hasFractions: boolean
  root(fn: 'sqrt' | 'cbrt', inner: string): string
  conditional(condition: string, yes: string, no: string): string
  bars(fn: 'abs' | 'floor' | 'norm', inner: string): string
  /** @param isAtom the inner expression needs no parentheses */
  reduction(operation: string, inner: string, isAtom: boolean): string
  dot(a: string, b: string): string
  normSquared(inner: string): string
  subscript(value: string, indices: readonly string[]): string
  list(items: readonly string[]): string
  readonly ellipsis: string
  matrix(rows: readonly string[][]): string
  transposed(inner: string): string
}
