/** An expression with some of its nodes replaced by others of the same shape. */
import { apply, concat, element, fill, reduce, reshape, slice, spread } from './build.ts'
import { type Expression, reachable } from './expression.ts'

/** @returns null where a node above a replaced one is of a kind that only `linear.ts` makes */
export function substitute(
  value: Expression,
  replacements: ReadonlyMap<Expression, Expression>,
): Expression | null {
  const made = new Map<Expression, Expression>()
  for (const node of reachable([value])) {
    const replacement = replacements.get(node)
    const args = node.args.map((arg) => made.get(arg)!)
    const isSame = args.every((arg, k) => arg === node.args[k])
    const rebuilt = replacement ?? (isSame ? node : rebuild(node, args))
    if (rebuilt === null) return null
    made.set(node, rebuilt)
  }
  return made.get(value)!
}

function rebuild(node: Expression, args: Expression[]): Expression | null {
  switch (node.kind) {
    case 'apply':
      return apply(node.fn, ...args)
    case 'reduce':
      return reduce(node.operation, args[0])
    case 'fill':
      return fill(args[0], node.shape)
    case 'element':
      return element(args[0], node.position)
    case 'slice':
      return slice(args[0], node.start, node.step, node.shape[0]!)
    case 'spread':
      return spread(args[0], node.start, node.step, node.shape[0]!)
    case 'concat':
      return concat(args)
    case 'reshape':
      return reshape(args[0], node.shape)
    default:
      return null
  }
}
