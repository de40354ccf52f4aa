/** From a control page to plain data with generated source: steps, their adjoints, costs and the control itself. */
import { add, element, mul, variable } from '../formulas/build.ts'
import { type Expression, names } from '../formulas/expression.ts'
import { substitute } from '../formulas/substitute.ts'
import type { Settings } from '../problem/definition.ts'
import type { Noise } from '../problem/noise.ts'
import { compileProgram, DT, type StepFormulas } from '../program/compile.ts'
import { ProductTable } from '../program/products.ts'
import type { CompiledControl } from './compiled.ts'
import type { ControlDefinition } from './definition.ts'
import { type ControlExpressions, readControl } from './expressions.ts'

/** @throws UserError as `readControl`. @param options.bounds also what the dual bound needs; `start` what a first rule is found from */
export async function compileControl(
  definition: ControlDefinition,
  settings: Settings = definition.settings,
  options: { bounds?: boolean; start?: boolean } = {},
): Promise<CompiledControl> {
  const expressions = await readControl(definition, settings)
  const { dim, controlDim, noiseDim, horizon, x0, map, constraints } = expressions
  const sign = definition.goal === 'maximize' ? -1 : 1
  const table = new ProductTable()
  const v = variable('v', [map.rawDim])
  const formulas = stepFormulas(expressions, v)
  const { functions, stepNoise } = compileProgram(formulas, table)
  const ends = { x: formulas.variables.x.shape, v: v.shape }
  const admitted =
    constraints && substitute([constraints], new Map([[expressions.variables.a, map.control]]))[0]
  return {
    kind: 'control',
    id: definition.id,
    title: definition.title,
    settings,
    dim,
    controlDim,
    rawDim: map.rawDim,
    noiseDim,
    horizon,
    x0,
    sign,
    isDiscrete: expressions.transition !== null,
    isFree: map.isFree,
    isBox: map.box !== null,
    hasAdditiveNoise: isFreeOf(expressions.noise, ['x', 'a']),
    hasControlledNoise: !isFreeOf(expressions.noise, ['a']),
    stepNoise,
    steps: definition.steps ?? null,
    training: definition.training ?? {},
    constraintCount: constraints?.shape[0] ?? 0,
    isStateConstraint: Array.from(
      { length: constraints?.shape[0] ?? 0 },
      (_, k) => !names(element(constraints!, k)).includes('a'),
    ),
    functions: {
      ...functions,
      control: table.generate(ends, { a: map.control }),
      constraints: admitted && table.generate(ends, { values: admitted }),
    },
    matrices: table.matrices,
    ...(options.start && {
      skeleton: (await import('./start/compile.ts')).compileSkeleton(
        expressions,
        definition.controlSet?.kind ?? 'free',
      ),
      programme: (await import('./programme/compile.ts')).compileProgramme(expressions, sign),
    }),
    ...(options.bounds && {
      dual: (await import('./dual/compile.ts')).compileDual(expressions, sign, definition.controlSet),
    }),
  }
}

function isFreeOf(noise: Noise | null, variables: string[]): boolean {
  const parts = [noise?.diagonal, noise?.dense].filter((part) => part != null)
  return parts.length > 0 && parts.every((part) => !names(part).some((name) => variables.includes(name)))
}

/** x₊ and cost of a step, a written out as the map of v. */
function stepFormulas(expressions: ControlExpressions, v: Expression): StepFormulas {
  const { transition, drift, noise, runningCost, terminalCost, variables, map } = expressions
  const { t, x, a, w } = variables
  const controlled = (value: Expression) => substitute([value], new Map([[a, map.control]]))[0]
  const running = controlled(runningCost)
  const common = { variables: { t, x, v, w }, terminal: terminalCost }
  if (transition !== null) return { ...common, next: controlled(transition), cost: running, heun: null }
  const next = controlled(add(add(x, mul(DT, drift!)), noise!.apply(w)))
  const heun = { predicted: next, drift: controlled(drift!), running }
  return { ...common, next, cost: mul(DT, running), heun }
}
