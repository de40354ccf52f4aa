/**
 * The deterministic skeleton of a control problem, w = 0: x₊ = F(t, x, v) and the cost c(t, x, v) of a step. In a box v ∈ [−1, 1] is where in its
 * room a control lies; else it is what the networks write, a = map(v), so that every control is admissible whatever v is. In continuous
 * time a step is Heun's, v standing still.
 */
import { add, concat, constant, dot, fill, mul, sub, variable, zero } from '../../formulas/build.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { gradient, gradients } from '../../formulas/gradient.ts'
import { substitute } from '../../formulas/substitute.ts'
import { withinBox } from '../control-set.ts'
import type { ControlSet } from '../definition.ts'
import type { ControlExpressions } from '../expressions.ts'
import type { CompiledSkeleton } from './compiled.ts'

/** Jacobians and the value's second derivatives are dense: d³ a step. */
const MOST_DIM = 128
const HALF = constant(0.5)

/** @returns the skeleton, or why none is of use */
export function compileSkeleton(
  expressions: ControlExpressions,
  set: ControlSet['kind'],
): CompiledSkeleton | string {
  const { dim, noiseDim, map, variables, noise, transition, terminalCost } = expressions
  if (dim > MOST_DIM || map.rawDim > MOST_DIM) return `it has more than ${MOST_DIM} dimensions`
  // Measured on energy-storage, whose best controls jump: training from the smooth rule's feedback ends 0.2 % worse.
  if (set === 'map') return 'its controls are a map of its own, whose jumps no linear rule can follow'
  const w = variables.w
  const noisy = transition ?? noise!.apply(w)
  const noiseSlope = names(gradient(dot(variable('l', [dim]), noisy), w))
  if (noiseSlope.includes('a')) {
    return 'its noise is controlled: a rule that knows nothing of the noise would choose it wrongly'
  }
  const { x } = variables
  const v = variable('v', [map.rawDim])
  const { next, cost } = skeletonStep(expressions, fill(zero, [noiseDim]))
  const l = variable('l', [dim + 1])
  const weighted = dot(l, concat([next, cost]))
  const [wx, wv] = gradients(weighted, [x, v])
  const px = variable('px', [dim])
  const pv = variable('pv', [map.rawDim])
  const slope = gradient(terminalCost, x)
  const isAdditive = transition === null && names(noisy).every((name) => name === 't' || name === 'w')
  const [dx, dv] = gradients(add(dot(wx, px), dot(wv, pv)), [x, v])
  const at = { x: x.shape, v: v.shape }
  const weighed = { ...at, l: l.shape }
  return {
    step: generated(at, { next, cost }, ['dt']),
    slopes: generated(weighed, { dx: wx, dv: wv }, ['dt']),
    curvature: generated({ ...weighed, px: px.shape, pv: pv.shape }, { dx, dv }, ['dt']),
    terminal: generated({ x: x.shape }, { cost: terminalCost, dx: slope }, ['dt']),
    terminalCurvature: generated({ x: x.shape, px: px.shape }, { dx: gradient(dot(slope, px), x) }, ['dt']),
    isNoiseAlone: !noiseSlope.some((name) => name === 'x' || name === 'w'),
    noise: isAdditive ? generated({ w: w.shape }, { moved: noisy }, ['dt']) : null,
  }
}

function skeletonStep(
  { variables, drift, transition, runningCost, map }: ControlExpressions,
  still: Expression,
): { next: Expression; cost: Expression } {
  const { t, x, a, w } = variables
  const control = map.box === null ? map.control : withinBox(map.box, variable('v', [map.rawDim]))
  const controlled = (value: Expression) => substitute([value], new Map([[a, control]]))[0]
  if (transition !== null) {
    const [next, cost] = substitute([controlled(transition), controlled(runningCost)], new Map([[w, still]]))
    return { next, cost }
  }
  const dt = variable('dt')
  const [b, rate] = [controlled(drift!), controlled(runningCost)]
  const ends = new Map([
    [t, add(t, dt)],
    [x, add(x, mul(dt, b))],
  ])
  const [bEnd, rateEnd] = substitute([b, rate], ends)
  const half = mul(HALF, dt)
  return { next: add(add(x, mul(dt, b)), mul(half, sub(bEnd, b))), cost: mul(half, add(rate, rateEnd)) }
}
