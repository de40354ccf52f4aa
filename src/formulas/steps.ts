/** What jumps: its derivative is zero wherever there is one, and tells nothing of the jump. */
import { type Expression, reachable } from './expression.ts'

/** A kink written with a condition holds one of these too. */
const STEPS: ReadonlySet<string> = new Set([
  'select',
  'sign',
  'floor',
  'mod',
  'less',
  'lessEqual',
  'greater',
  'greaterEqual',
  'equal',
  'notEqual',
])

/** Whether a part of the expression may jump as `variable` moves, or at all where none is named. */
export function mayJump(expression: Expression, variable?: Expression): boolean {
  return reachable([expression]).some(
    (node) => isStep(node) && (variable === undefined || reachable([node]).includes(variable)),
  )
}

function isStep(node: Expression): boolean {
  return node.kind === 'apply'
    ? STEPS.has(node.fn)
    : node.kind === 'reduce' && node.operation.startsWith('arg')
}
