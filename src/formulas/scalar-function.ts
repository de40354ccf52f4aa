/** What the table of scalar functions holds, and short ways to write its rows. */
import type { Expression } from './expression.ts'
import type { HelperName } from './special.ts'

/** How a formula writes it: by name with parentheses, by an operator, or not at all (made by derivatives only). */
export type Notation = 'call' | 'operator' | 'internal'

export interface ScalarFunction {
  readonly notation: Notation
  readonly arity: number
  /** At float64 numbers; truth is 1 and 0. */
  readonly value: (...args: number[]) => number
  /** JavaScript for arguments that are names or literals. */
  readonly code: (...args: string[]) => string
  /** ∂/∂argₖ as expressions of the arguments and the value itself; null is zero. */
  readonly derivative: (args: readonly Expression[], self: Expression) => readonly (Expression | null)[]
  /** Where value and derivative exist, one interval an argument: what the tests draw from. */
  readonly domain: readonly (readonly [number, number])[]
  readonly latex: string
  /** The code gives a JavaScript boolean. */
  readonly returnsBoolean?: true
  /** Number of leading arguments whose code is a JavaScript boolean. */
  readonly takesBoolean?: number
  /** Much dearer than a multiplication. */
  readonly isCostly?: true
  /** The value or the derivative may be infinite or undefined at finite arguments, or overflow. */
  readonly isPartial?: true
  readonly helper?: HelperName
}

export function unary(
  code: (x: string) => string,
  value: (x: number) => number,
  derivative: (x: Expression, self: Expression) => Expression | null,
  domain: readonly [number, number],
  extra: Partial<ScalarFunction> & { latex: string },
): ScalarFunction {
  return {
    notation: 'call',
    arity: 1,
    value,
    code,
    derivative: ([x], self) => [derivative(x, self)],
    domain: [domain],
    ...extra,
  }
}

export function binary(
  code: (a: string, b: string) => string,
  value: (a: number, b: number) => number,
  derivative: (a: Expression, b: Expression, self: Expression) => readonly (Expression | null)[],
  domain: readonly [readonly [number, number], readonly [number, number]],
  extra: Partial<ScalarFunction> & { latex: string },
): ScalarFunction {
  return {
    notation: 'operator',
    arity: 2,
    value,
    code,
    derivative: ([a, b], self) => derivative(a, b, self),
    domain,
    ...extra,
  }
}

export function comparison(
  operator: string,
  value: (a: number, b: number) => boolean,
  latex: string,
): ScalarFunction {
  return binary(
    (a, b) => `${a} ${operator} ${b}`,
    (a, b) => Number(value(a, b)),
    () => [null, null],
    [
      [-2, 2],
      [-2, 2],
    ],
    { latex, returnsBoolean: true },
  )
}
