/**
 * Times at which formulas jump or bend: where comparisons of times turn, roots of |·|, max and min, steps of floor and mod. A grid
 * without a node there sees them late, and every second point of it as late, so that no difference of grids would show it.
 */

import { pointwise } from '../../formulas/bind.ts'
import { apply, div, sub } from '../../formulas/build.ts'
import { type Expression, names, reachable } from '../../formulas/expression.ts'
import type { FunctionName } from '../../formulas/functions.ts'
import { generated } from '../../formulas/generated.ts'
import { sizeOf } from '../../formulas/shape.ts'

/** Times that are looked at before roots are searched between them: two special times nearer than this may be missed. */
const SAMPLES = 2048
/** More special times than these are not nodes: it is no piecewise smooth formula any more. */
const MOST_TIMES = 319

const COMPARISONS = new Set<FunctionName>([
  'less',
  'lessEqual',
  'greater',
  'greaterEqual',
  'equal',
  'notEqual',
  'max',
  'min',
])
const SIGNS = new Set<FunctionName>(['abs', 'sign', 'relu'])

/** Special times of formulas in [0, horizon], in ascending order. */
export function specialTimes(formulas: readonly Expression[], horizon: number): number[] {
  const parts = reachable(formulas).flatMap(partOf).filter(isOfTime)
  const times = parts.flatMap((part) => turns(part, horizon)).sort((a, b) => a - b)
  const distinct = times.filter((time, k) => k === 0 || time - times[k - 1] > 1e-9 * horizon)
  return distinct.length > MOST_TIMES ? [] : distinct
}

/** Ends of the stretches between special times, the last of them T: at 0 and at T is a node anyway. */
export function stretchEnds(times: readonly number[], horizon: number): number[] {
  return [...times.filter((time) => time > 0 && time < horizon), horizon]
}

/** What is constant between a node's special times: a sign, or a whole number. */
function partOf(node: Expression): Expression[] {
  if (node.kind !== 'apply') return []
  const [a, b] = node.args
  if (COMPARISONS.has(node.fn)) return [apply('sign', sub(a, b))]
  if (SIGNS.has(node.fn)) return [apply('sign', a)]
  if (node.fn === 'floor') return [node]
  return node.fn === 'mod' ? [apply('floor', div(a, b))] : []
}

function isOfTime(value: Expression): boolean {
  const variables = names(value)
  return variables.length === 1 && variables[0] === 't'
}

/** Where any element of a piecewise constant function of time changes. */
function turns(part: Expression, horizon: number): number[] {
  const size = sizeOf(part.shape)
  const partAt = pointwise(generated({}, { part }))
  const at = (t: number) => partAt(t, {}).part
  const found: number[] = []
  let before = at(0)
  for (let k = 1; k <= SAMPLES; k++) {
    const [from, to] = [((k - 1) * horizon) / SAMPLES, (k * horizon) / SAMPLES]
    const after = at(to)
    for (let i = 0; i < size; i++) {
      if (!Object.is(before[i] + 0, after[i] + 0)) found.push(turn((t) => at(t)[i], from, to))
    }
    before = after
  }
  return found
}

/** The time between two at which a function leaves its value at the first, to the last bit. */
function turn(value: (t: number) => number, from: number, to: number): number {
  let [low, high] = [from, to]
  const first = value(from)
  for (;;) {
    const middle = 0.5 * (low + high)
    if (!(middle > low && middle < high)) return high
    if (Object.is(value(middle) + 0, first + 0)) low = middle
    else high = middle
  }
}
