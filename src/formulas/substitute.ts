/** Expressions with parts replaced, rebuilt by the constructors, so that what becomes simpler is simplified. */
import { apply, concat, element, fill, reduce, reshape, slice, spread } from './build.ts'
import { type Expression, reachable } from './expression.ts'
import { diag, diagonal, matmul, matvec, outer, transpose } from './linear.ts'
import { sizeOf } from './shape.ts'

/** `roots` with every node that is a key of `replacements` replaced by its value, of the same shape. */
export function substitute(
  roots: readonly Expression[],
  replacements: ReadonlyMap<Expression, Expression>,
): Expression[] {
  const rebuilt = new Map<Expression, Expression>()
  for (const node of reachable(roots)) {
    const replacement = replacements.get(node)
    const args = node.args.map((arg) => rebuilt.get(arg)!)
    const isSame = args.every((arg, k) => arg === node.args[k])
    rebuilt.set(node, replacement ?? (isSame ? node : rebuild(node, args)))
  }
  return roots.map((root) => rebuilt.get(root)!)
}

/** The node with other arguments. */
export function rebuild(node: Expression, args: readonly Expression[]): Expression {
  const [a, b] = args
  switch (node.kind) {
    case 'constant':
    case 'array':
    case 'iota':
    case 'variable':
      return node
    case 'apply':
      return apply(node.fn, ...args)
    case 'reduce':
      return reduce(node.operation, a)
    case 'fill':
      return fill(a, node.shape)
    case 'element':
      return element(a, node.position)
    case 'slice':
      return slice(a, node.start, node.step, sizeOf(node.shape))
    case 'spread':
      return spread(a, node.start, node.step, sizeOf(node.shape))
    case 'concat':
      return concat(args)
    case 'reshape':
      return reshape(a, node.shape)
    case 'matvec':
      return matvec(a, b, node.transposed)
    case 'matmul':
      return matmul(a, b)
    case 'transpose':
      return transpose(a)
    case 'outer':
      return outer(a, b)
    case 'diag':
      return diag(a)
    case 'diagonal':
      return diagonal(a)
  }
}
