/**
 * How fast coefficients move with time alone, before anything is trained: a pilot of the grid. What moves by much within a short while, as
 * a steep sigmoid or a bump does, gets nodes around it, and what moves fast everywhere more steps.
 */

import { pointwise } from '../../formulas/bind.ts'
import { concat, flatten } from '../../formulas/build.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { sizeOf } from '../../formulas/shape.ts'

/** Times that are looked at; what comes and goes between two of them is not seen. */
const CELLS = 2048
/** Numbers that are looked at, all formulas together. */
const MOST_NUMBERS = 4096
/** A formula is fast where it would pass through its whole range in so small a share of the horizon. */
const FAST = 1 / 16
/** Stretches that together are more than this share are no exception, but how the formula is. */
const MOST_SHARE = 0.25
const MOST_STRETCHES = 16
/** Parts of a stretch, each with steps of its own. */
const PARTS = 4
/** Steps while a formula passes through its range. */
const STEPS_PER_RANGE = 4

/** Cells from a jump or a bend at which a stretch needs no node beside it. */
const NEAR = 2

type Stretch = [from: number, to: number]

export interface TimeCourse {
  /** Stretches in which coefficients move fast: their ends and points between, ascending, in [0, horizon]. */
  layers: number[]
  /** Steps that coefficients need outside of these. */
  steps: number
}

/** @param jumps times at which formulas jump or bend, which have nodes of their own */
export function timeCourse(
  formulas: readonly Expression[],
  horizon: number,
  jumps: readonly number[],
): TimeCourse {
  const speeds = speedsOf(formulas, horizon, jumps)
  const stretches = fastStretches(speeds)
  const share = stretches.reduce((sum, [from, to]) => sum + (to - from) / CELLS, 0)
  const isException = share <= MOST_SHARE && stretches.length <= MOST_STRETCHES
  const isNew = (time: number) => jumps.every((jump) => Math.abs(time - jump) > (NEAR * horizon) / CELLS)
  const hasNone = ([from, to]: Stretch) => !jumps.some((jump) => jump > from && jump < to)
  const layers = (isException ? stretches : [])
    .map(([from, to]): Stretch => [(from * horizon) / CELLS, (to * horizon) / CELLS])
    .flatMap((stretch) => (hasNone(stretch) ? divided(stretch) : stretch))
    .filter(isNew)
  const isInLayer = (cell: number) => isException && stretches.some(([from, to]) => cell >= from && cell < to)
  const most = speeds.reduce(
    (fastest, speed, cell) => (isInLayer(cell) ? fastest : Math.max(fastest, speed)),
    0,
  )
  return { layers, steps: Math.ceil(STEPS_PER_RANGE * most) }
}

function divided([from, to]: Stretch): number[] {
  return Array.from({ length: PARTS + 1 }, (_, k) => from + (k * (to - from)) / PARTS)
}

/** Of each cell, the fastest element's ranges per horizon; cells with a jump have none. */
function speedsOf(formulas: readonly Expression[], horizon: number, jumps: readonly number[]): Float64Array {
  const speeds = new Float64Array(CELLS)
  const parts = partsOfTime(formulas)
  const size = parts.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  if (size === 0 || size > MOST_NUMBERS) return speeds
  const output = concat(parts.map((part) => (part.shape.length > 1 ? flatten(part) : part)))
  const outputAt = pointwise(generated({}, { output }))
  const values = new Float64Array((CELLS + 1) * size)
  // Not at 0 and T themselves, where a formula may be infinite.
  const timeOf = (k: number) => horizon * Math.min(1 - 1e-6, Math.max(1e-6, k / CELLS))
  for (let k = 0; k <= CELLS; k++) values.set(outputAt(timeOf(k), {}).output, k * size)
  const hasJump = new Set(
    jumps.flatMap((time) => [-1e-9, 1e-9].map((aside) => Math.floor((time / horizon) * CELLS + aside))),
  )
  for (let i = 0; i < size; i++) {
    let [least, greatest] = [Infinity, -Infinity]
    for (let k = 0; k <= CELLS; k++) {
      least = Math.min(least, values[k * size + i])
      greatest = Math.max(greatest, values[k * size + i])
    }
    const range = greatest - least
    if (!(range > 1e-9 * Math.max(Math.abs(least), Math.abs(greatest)) && range < Infinity)) continue
    for (let k = 0; k < CELLS; k++) {
      const moved = Math.abs(values[(k + 1) * size + i] - values[k * size + i])
      if (!hasJump.has(k)) speeds[k] = Math.max(speeds[k], (CELLS * moved) / range)
    }
  }
  return speeds
}

/** The largest subformulas that move with time and nothing else. */
function partsOfTime(formulas: readonly Expression[]): Expression[] {
  const roles = new Map<Expression, 'still' | 'time' | 'other'>()
  const found = new Set<Expression>()
  // Arguments come before those who use them.
  for (const node of reachable(formulas)) {
    const own = node.kind === 'variable' ? (node.name === 't' ? 'time' : 'other') : 'still'
    const parts = node.args.map((arg) => roles.get(arg)!)
    const role = parts.includes('other') ? 'other' : parts.includes('time') ? 'time' : own
    roles.set(node, role)
    if (role === 'other') for (const arg of node.args) if (roles.get(arg) === 'time') found.add(arg)
  }
  for (const formula of formulas) if (roles.get(formula) === 'time') found.add(formula)
  return [...found]
}

/** Runs of fast cells, one to either side included; those that touch are one. */
function fastStretches(speeds: Float64Array): Stretch[] {
  const found: Stretch[] = []
  speeds.forEach((speed, cell) => {
    if (!(speed > 1 / FAST)) return
    const [from, to] = [Math.max(0, cell - 1), Math.min(CELLS, cell + 2)]
    const last = found.at(-1)
    if (last && from <= last[1]) last[1] = to
    else found.push([from, to])
  })
  return found
}
