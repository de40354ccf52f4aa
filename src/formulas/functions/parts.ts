/** What the rows of the tables are written with: domains, marks, and factors of several derivatives. */
import { add, apply, constant, div, mul, select } from '../build.ts'
import type { Expression } from '../expression.ts'

export const line: readonly [number, number] = [-3, 3]
export const positive: readonly [number, number] = [0.5, 4]
export const inside: readonly [number, number] = [-0.9, 0.9]
export const costly = { isCostly: true } as const
export const partial = { isCostly: true, isPartial: true } as const
export const plain = { notation: 'operator' } as const

export function number(value: number): Expression {
  return constant(value)
}

export function square(x: Expression): Expression {
  return apply('square', x)
}

/** √(1 + c·x²) with c = ±1. */
export function root(c: number, x: Expression): Expression {
  return apply('sqrt', add(number(1), mul(number(c), square(x))))
}

export function reciprocal(x: Expression): Expression {
  return div(number(1), x)
}

/** The derivatives of a choice between two arguments. */
export function choice(first: Expression): readonly Expression[] {
  return [select(first, number(1), number(0)), select(first, number(0), number(1))]
}
