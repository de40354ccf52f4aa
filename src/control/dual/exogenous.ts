/** Which components of the state no control can reach, read off the transition component by component. */
import { concat, element, slice, variable } from '../../formulas/build.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { sizeOf } from '../../formulas/shape.ts'

/** [dim] 1 where x₊ depends on the control, at once or through other components. */
export function controlledComponents(next: Expression, x: Expression, a: Expression): Uint8Array {
  const dim = sizeOf(x.shape)
  const inputs = Array.from({ length: dim }, (_, i) => inputsOf(element(next, i), x, a))
  const controlled = Uint8Array.from(inputs, ({ hasControl }) => (hasControl ? 1 : 0))
  for (let isNew = true; isNew; ) {
    isNew = false
    for (let i = 0; i < dim; i++) {
      if (controlled[i] === 1 || !inputs[i].components.some((j) => controlled[j] === 1)) continue
      controlled[i] = 1
      isNew = true
    }
  }
  return controlled
}

function inputsOf(
  value: Expression,
  x: Expression,
  a: Expression,
): { hasControl: boolean; components: number[] } {
  const dim = sizeOf(x.shape)
  const nodes = reachable([value])
  const components = new Set<number>()
  for (const node of nodes) {
    if (!node.args.includes(x)) continue
    if (node.kind === 'element') components.add(node.position)
    else if (node.kind === 'slice') {
      for (let j = 0; j < sizeOf(node.shape); j++) components.add(node.start + j * node.step)
    } else for (let j = 0; j < dim; j++) components.add(j)
  }
  return { hasControl: nodes.includes(a), components: [...components] }
}

/** x taken apart: `whole` has y in the controlled places and e elsewhere; y and e in terms of x. */
export interface SplitState {
  y: Expression
  whole: Expression
  back: Map<Expression, Expression>
}

export function splitState(x: Expression, controlled: Uint8Array): SplitState {
  if (controlled.every((flag) => flag === 1)) return { y: x, whole: x, back: new Map() }
  const count = controlled.reduce((sum, flag) => sum + flag, 0)
  const e = variable('exogenous', x.shape)
  const y = variable('controlled', [count])
  const wholes: Expression[] = []
  const owns: Expression[] = []
  let from = 0
  for (let i = 0; i < controlled.length; ) {
    let end = i
    while (end < controlled.length && controlled[end] === controlled[i]) end++
    if (controlled[i] === 1) {
      wholes.push(slice(y, from, 1, end - i))
      owns.push(slice(x, i, 1, end - i))
      from += end - i
    } else wholes.push(slice(e, i, 1, end - i))
    i = end
  }
  return {
    y,
    whole: concat(wholes),
    back: new Map([
      [y, concat(owns)],
      [e, x],
    ]),
  }
}
