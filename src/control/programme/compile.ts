/**
 * What a dynamic programme needs of a page: one step and its costs as functions of state, control and noise, in double precision. In a box v ∈ [−1, 1] is
 * where in its room a control lies; else what the networks write, so that every control is admissible whatever v is.
 */
import { add, constant, element, mul, variable } from '../../formulas/build.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { substitute } from '../../formulas/substitute.ts'
import { withinBox } from '../control-set.ts'
import { controlledComponents } from '../dual/exogenous.ts'
import type { ControlExpressions } from '../expressions.ts'
import type { CompiledProgramme } from './compiled.ts'

/** Beyond these a table has more entries, or a step more cases, than anyone waits for. */
const MOST = { dim: 3, rawDim: 2, noiseDim: 2 } as const

/** @param sign −1 where the page maximises: costs are minimised; @returns the programme, or why there is none */
export function compileProgramme(expressions: ControlExpressions, sign: 1 | -1): CompiledProgramme | string {
  const { dim, noiseDim, map, variables, drift, noise, transition, runningCost, terminalCost } = expressions
  if (dim > MOST.dim) return `a grid of states is for ${MOST.dim} dimensions at the most`
  if (map.rawDim > MOST.rawDim) return `a grid of states is for ${MOST.rawDim} controls at the most`
  if (noiseDim > MOST.noiseDim)
    return `a grid of states is for noise in ${MOST.noiseDim} dimensions at the most`
  const { x, a, w } = variables
  const v = variable('v', [map.rawDim])
  const dt = variable('dt')
  const control = map.box === null ? map.control : withinBox(map.box, v)
  const controlled = (value: Expression) => substitute([value], new Map([[a, control]]))[0]
  const signed = (value: Expression) => mul(constant(sign), value)
  const next = transition ?? add(add(x, mul(dt, drift!)), noise!.apply(w))
  const cost = transition === null ? mul(dt, runningCost) : runningCost
  const at = { x: x.shape, v: v.shape }
  return {
    step: generated({ ...at, w: w.shape }, { next: controlled(next) }, ['dt']),
    running: generated(at, { cost: signed(controlled(cost)) }, ['dt']),
    terminal: generated({ x: x.shape }, { cost: signed(terminalCost) }, ['dt']),
    reached: reachedAlone(next, { x, a, w }),
  }
}

function reachedAlone(next: Expression, { x, a, w }: Record<'x' | 'a' | 'w', Expression>): number[] | null {
  const controlled = controlledComponents(next, x, a)
  const reached = [...controlled.keys()].filter((j) => controlled[j] === 1)
  const isAlone = reached.every((j) => !reachable([element(next, j)]).includes(w))
  return reached.length > 0 && reached.length < controlled.length && isAlone ? reached : null
}
