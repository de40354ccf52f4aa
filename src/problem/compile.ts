/** From a page of formulas to plain data with generated source. */

import { variable } from '../formulas/build.ts'
import { isSmooth } from '../formulas/curvature.ts'
import { type Expression, names } from '../formulas/expression.ts'
import { generated } from '../formulas/generated.ts'
import { gradient, gradients } from '../formulas/gradient.ts'
import { rangeOf } from '../formulas/interval.ts'
import type { CompiledProblem, DriverShape } from './compiled.ts'
import type { ProblemDefinition, Settings } from './definition.ts'
import { recogniseMotion, type Scheme } from './dynamics.ts'
import { type ProblemExpressions, readExpressions } from './expressions.ts'
import { extremeOf } from './extreme.ts'
import { rateSpread } from './forecast/rate-spread.ts'
import { isStill, spansOf } from './forecast/reach.ts'
import { specialTimes } from './forecast/special-times.ts'
import { stiffness } from './forecast/stiffness.ts'
import { timeCourse } from './forecast/time-course.ts'
import { coefficientsJump, terminalJumps } from './jumps.ts'
import type { Motion } from './motions/motion.ts'
import { sharePowers } from './motions/shared-powers.ts'
import { hasSquare } from './smoothing/entropic-layer.ts'
import { smoothedKinks } from './smoothing/smoothed-kinks.ts'
import { smoothedTerminal } from './smoothing/smoothed-terminal.ts'
import { hasSteepSteps } from './smoothing/steep-steps.ts'
import { tangentFunctions } from './tangents.ts'

export interface CompileOptions {
  /** `exact` (unless stated): the exact law where one is recognised, else the best discrete scheme. */
  scheme?: Scheme
  /** Also what bounds need to know of the driver. */
  bounds?: boolean
}

/**
 * Reads, checks and differentiates a page's formulas and generates their code.
 *
 * @param settings the page's own, or as `applySettings` made them
 * @throws UserError with the page's id, the key and what to do, where a formula does not parse, names something unknown
 *   or has another shape than its place needs.
 */
export async function compileProblem(
  definition: ProblemDefinition,
  settings: Settings = definition.settings,
  options: CompileOptions = {},
): Promise<CompiledProblem> {
  const { id, title, range } = definition
  const expressions = await readExpressions(definition, settings)
  const compiled = compileExpressions({ id, title, settings, range }, expressions, options)
  if (!options.bounds) return compiled
  const { driverStructure } = await import('./structure.ts')
  return { ...compiled, structure: driverStructure(id, expressions, definition, compiled.dynamics) }
}

/** As `compileProblem`, from expressions that no page's text stands for. */
export function compileExpressions(
  {
    id,
    title,
    settings,
    range = null,
  }: { id: string; title: string; settings: Settings; range?: [number, number] | null },
  expressions: ProblemExpressions,
  options: CompileOptions = {},
): CompiledProblem {
  const motion = recogniseMotion(expressions, options.scheme)
  const { dim, noiseDim, horizon, x0, noise } = expressions
  const canMove = !isStill(expressions.terminal, expressions)
  const jumps = canMove && terminalJumps(expressions)
  const isSteep = jumps || (canMove && hasSteepSteps(expressions))
  const smoothed = isSteep ? smoothedTerminal(expressions) : null
  const ofTime = timesOf(expressions)
  const driverShape = shapeOf(expressions)
  const bends = driverShape.isCurvedInZ || !isSmooth(expressions.driver, [expressions.variables.z])
  const { terminal } = expressions
  const rounded = bends && !isSteep ? smoothedKinks(expressions) : terminal
  const before = smoothed ?? rounded ?? terminal
  const functions = {
    step: stepFunction(expressions, motion),
    scaleGradient: generated({ x: [dim], v: [dim] }, { z: noise.scale(variable('v', [dim])) }),
    ...terminalFunctions(expressions, before),
    ...driverFunctions(expressions),
    ...exactFunctions(expressions),
    ...tangentFunctions(expressions, motion, before),
  }
  return {
    id,
    title,
    settings,
    dim,
    noiseDim,
    horizon,
    ...ofTime,
    ...stiffness(expressions, { dynamics: motion.dynamics, functions, range }, ofTime.specialTimes),
    x0,
    dynamics: motion.dynamics,
    mixing: motion.mixing,
    hasDiagonalNoise: noise.diagonal !== null && noise.root === null,
    driverShape,
    range,
    terminalRange: terminalRange(expressions),
    kinks: kinksOf(expressions),
    terminalJumps: jumps,
    coefficientsJump: coefficientsJump(expressions),
    extreme: extremeOf(expressions),
    isTerminalSmoothed: smoothed !== null,
    areKinksSmoothed: rounded !== null && rounded !== terminal,
    areKinksLeft: rounded === null,
    rateSpread: rateSpread(expressions),
    spans: spansOf(expressions),
    hasLayer: isSteep && hasSquare(expressions),
    functions,
  }
}

function terminalRange({ terminal }: ProblemExpressions): [number, number] {
  const { low, high } = rangeOf(terminal, new Map())
  return [low, high]
}

/** Jumps and bends, and the ends of stretches in which coefficients move fast. */
function timesOf({ drift, noise, driver, horizon }: ProblemExpressions) {
  const formulas = [drift, noise.diagonal ?? noise.dense!, driver]
  const jumps = specialTimes(formulas, horizon)
  const { layers, steps } = timeCourse(formulas, horizon, jumps)
  return { specialTimes: [...jumps, ...layers].sort((a, b) => a - b), courseSteps: steps }
}

function stepFunction({ dim, noiseDim }: ProblemExpressions, { step, mixing }: Motion) {
  if (step === null) return null
  const inputs = { x: [dim], w: [mixing === null ? noiseDim : dim] }
  return generated(inputs, { next: sharePowers([step])[0] }, ['dt'])
}

function terminalFunctions({ dim, terminal, noise, variables }: ProblemExpressions, smoothed: Expression) {
  const x = [dim]
  return {
    terminal: generated({ x }, { g: terminal }),
    terminalGradient: generated({ x }, { g: smoothed, z: noise.scale(gradient(smoothed, variables.x)) }),
  }
}

function driverFunctions({ dim, noiseDim, driver, noise, variables }: ProblemExpressions) {
  const inputs = { x: [dim], y: [], z: [noiseDim] }
  const [dy, dz] = gradients(driver, [variables.y, variables.z])
  const slope = () => noise.scale(gradient(driver, variables.x))
  return {
    driver: generated(inputs, { f: driver }),
    driverGradient: generated(inputs, { f: driver, dy, dz }),
    driverSlope: names(driver).includes('x') ? generated(inputs, { slope: slope() }) : null,
  }
}

function shapeOf({ driver, variables: { y, z } }: ProblemExpressions): DriverShape {
  const [slope, slopeInZ] = gradients(driver, [y, z])
  const [dy, dz] = [names(slope), names(slopeInZ)]
  const { low, high } = rangeOf(slope, new Map())
  const isCurvedInY = dy.includes('y') || dy.includes('z')
  return {
    isSmooth: isSmooth(driver, [y, z]),
    isCurved: isCurvedInY || dz.includes('z'),
    isCurvedInY,
    isCurvedInZ: dy.includes('z') || dz.includes('z'),
    kinkInY: !isSmooth(driver, [y]) && Number.isFinite(high - low) ? high - low : 0,
  }
}

function kinksOf({ terminal, driver, drift, noise, variables: { x, y, z } }: ProblemExpressions) {
  const others = [driver, drift, noise.diagonal ?? noise.dense!]
  return {
    terminal: !isSmooth(terminal, [x]),
    elsewhere: !others.every((value) => isSmooth(value, [x, y, z])),
  }
}

function exactFunctions({ dim, exact, variables }: ProblemExpressions) {
  if (exact === null) return { exact: null, exactGradient: null }
  const x = [dim]
  return {
    exact: generated({ x }, { u: exact }),
    exactGradient: generated({ x }, { u: exact, gradU: gradient(exact, variables.x) }),
  }
}
