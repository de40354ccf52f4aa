/** A formula of vectors written out as operations on single numbers: what other languages' graphs and functions are made of. */
import { type Expression, reachable } from '../../formulas/expression.ts'
import type { FunctionName } from '../../formulas/functions.ts'
import { sizeOf } from '../../formulas/shape.ts'

/** A number, component `at` of an input, or the result of an operation before. */
export type Operand = { number: number } | { input: string; at: number } | { step: number }

export interface Operation {
  fn: FunctionName
  args: Operand[]
}

export interface ScalarFormula {
  operations: Operation[]
  /** The formula's components. */
  values: Operand[]
}

/** Beyond, a loop would be the right form. */
const MOST_OPERATIONS = 4096
const FOLDED = { sum: 'add', prod: 'mul', max: 'max', min: 'min' } as const

/** @returns null for a formula that is too long, or multiplies matrices */
export function scalarFormula(formula: Expression): ScalarFormula | null {
  const operations: Operation[] = []
  const known = new Map<Expression, Operand[]>()
  const push = (fn: FunctionName, args: Operand[]): Operand => ({ step: operations.push({ fn, args }) - 1 })
  for (const node of reachable([formula])) {
    const values = written(node, (arg) => known.get(arg)!, push)
    if (values === null || operations.length > MOST_OPERATIONS) return null
    known.set(node, values)
  }
  return { operations, values: known.get(formula)! }
}

function written(
  node: Expression,
  argument: (arg: Expression) => Operand[],
  push: (fn: FunctionName, args: Operand[]) => Operand,
): Operand[] | null {
  const size = sizeOf(node.shape)
  const from = (make: (k: number) => Operand) => Array.from({ length: size }, (_, k) => make(k))
  const args = node.args.map(argument)
  const [first] = args
  switch (node.kind) {
    case 'constant':
      return [{ number: node.value }]
    case 'array':
      return from((k) => ({ number: node.values[k] }))
    case 'iota':
      return from((k) => ({ number: k + 1 }))
    case 'variable':
      return from((at) => ({ input: node.name, at }))
    case 'apply':
      return from((k) =>
        push(
          node.fn,
          args.map((values) => values[values.length === 1 ? 0 : k]),
        ),
      )
    case 'reduce': {
      if (node.operation === 'argmax' || node.operation === 'argmin') return null
      const fn = FOLDED[node.operation]
      return [first.reduce((total, value) => push(fn, [total, value]))]
    }
    case 'fill':
      return from(() => first[0])
    case 'element':
      return [first[node.position]]
    case 'slice':
      return from((k) => first[node.start + k * node.step])
    case 'spread': {
      const values: Operand[] = from(() => ({ number: 0 }))
      first.forEach((value, k) => {
        values[node.start + k * node.step] = value
      })
      return values
    }
    case 'concat':
      return args.flat()
    case 'reshape':
      return first
    default:
      return null
  }
}
