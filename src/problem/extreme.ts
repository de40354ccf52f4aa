/** A terminal condition that knows of the state its greatest or its least component alone: then its mean is one integral. */
import { variable } from '../formulas/build.ts'
import { type Expression, names, reachable } from '../formulas/expression.ts'
import { generated } from '../formulas/generated.ts'
import { substitute } from '../formulas/substitute.ts'
import type { CompiledProblem } from './compiled.ts'
import type { ProblemExpressions } from './expressions.ts'

/** @returns g as a function of that component; null where it knows more */
export function extremeOf({ terminal, variables: { x } }: ProblemExpressions): CompiledProblem['extreme'] {
  const extremes = reachable([terminal]).flatMap((node) => {
    const operation = node.kind === 'reduce' && node.args[0] === x ? node.operation : null
    return operation === 'max' || operation === 'min' ? [{ node: node as Expression, operation }] : []
  })
  if (extremes.length !== 1) return null
  const [{ node, operation }] = extremes
  const [profile] = substitute([terminal], new Map([[node, variable('m')]]))
  if (names(profile).includes('x')) return null
  return { operation, profile: generated({ m: [] }, { g: profile }) }
}
