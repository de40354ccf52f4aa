/** From the formulas of one time step to its functions and their adjoints. */
import { add, constant, dot, fill, mul, sub, variable, zero } from '../formulas/build.ts'
import { type Expression, names } from '../formulas/expression.ts'
import { gradient, gradients } from '../formulas/gradient.ts'
import { substitute } from '../formulas/substitute.ts'
import type { ProductTable } from './products.ts'
import type { StepProgram } from './program.ts'

/** In t, dt and the variables; what is learned is written out as a function of v. */
export interface StepFormulas {
  variables: { t: Expression; x: Expression; v: Expression; w: Expression }
  /** An Euler step or a transition. */
  next: Expression
  cost: Expression
  /** The parts of a Heun step, x + bΔt + σΔW, b and ℓ; null in discrete time. */
  heun: { predicted: Expression; drift: Expression; running: Expression } | null
  terminal: Expression
}

export const DT = variable('dt')
const HALF = constant(0.5)

export function compileProgram(
  formulas: StepFormulas,
  table: ProductTable,
): Pick<StepProgram, 'functions' | 'stepNoise'> {
  const { variables, next, cost, terminal } = formulas
  const { x, v, w } = variables
  const l = variable('l', x.shape)
  const noise = gradient(dot(l, next), w)
  const stepNoise = noiseOf(noise)
  const ends = { x: x.shape, v: v.shape }
  const moved = { ...ends, w: w.shape }
  const pulled = { ...moved, l: l.shape }
  const [dw] = substitute([noise], new Map([[w, fill(zero, w.shape)]]))
  const adjoint = (value: Expression, of: Expression[]) => {
    const [dx, dv] = gradients(value, of)
    return { dx, dv }
  }
  const weighed = add(dot(l, next), cost)
  return {
    stepNoise,
    functions: {
      step: table.generate(moved, { next, cost }),
      stepAdjoint: table.generate(pulled, adjoint(weighed, [x, v])),
      ...heunFunctions(formulas, l, table),
      terminal: table.generate({ x: x.shape }, { cost: terminal, l: gradient(terminal, x) }),
      noiseGradient: table.generate({ ...ends, l: l.shape }, { dw }),
      noiseAdjoint:
        stepNoise === 'affine'
          ? table.generate({ ...ends, l: l.shape, w: w.shape }, adjoint(dot(noise, w), [x, v]))
          : null,
    },
  }
}

function noiseOf(noise: Expression): StepProgram['stepNoise'] {
  const used = names(noise)
  if (used.includes('w')) return 'general'
  return used.includes('x') || used.includes('v') ? 'affine' : 'additive'
}

type HeunFunctions = Pick<
  StepProgram['functions'],
  'predict' | 'predictAdjoint' | 'correct' | 'correctAdjoint'
>

/** The Heun step, second order in time: xs = x + bΔt + σΔW, next = xs + ½Δt (b(xs) − b(x)), cost ½Δt (ℓ(x) + ℓ(xs)). */
function heunFunctions(
  { variables: { t, x, v, w }, heun }: StepFormulas,
  l: Expression,
  table: ProductTable,
): HeunFunctions {
  if (heun === null) return { predict: null, predictAdjoint: null, correct: null, correctAdjoint: null }
  const { predicted, drift, running } = heun
  const [xs, vs] = [variable('xs', x.shape), variable('vs', v.shape)]
  const end = new Map([
    [t, add(t, DT)],
    [x, xs],
    [v, vs],
  ])
  const [driftEnd, runningEnd] = substitute([drift, running], end)
  const half = mul(HALF, DT)
  const next = add(xs, mul(half, sub(driftEnd, drift)))
  const cost = mul(half, add(running, runningEnd))
  const moved = { x: x.shape, v: v.shape, w: w.shape }
  const ends = { x: x.shape, v: v.shape, xs: x.shape, vs: v.shape }
  const [px, pv] = gradients(add(dot(l, predicted), zero), [x, v])
  const [dx, dv, dxs, dvs] = gradients(add(dot(l, next), cost), [x, v, xs, vs])
  return {
    predict: table.generate(moved, { xs: predicted }),
    predictAdjoint: table.generate({ ...moved, l: l.shape }, { dx: px, dv: pv }),
    correct: table.generate(ends, { next, cost }),
    correctAdjoint: table.generate({ ...ends, l: l.shape }, { dx, dv, dxs, dvs }),
  }
}
