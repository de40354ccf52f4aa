/** What training starts from: units and skips from the pilot paths, random networks, Y₀. */

import { STATE } from '../fields/state.ts'
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { networkParameters } from '../networks/gradient-network.ts'
import { initialiseNetwork } from '../networks/initialise.ts'
import type { FirstFit, Pilot } from '../paths/pilot.ts'
import { STREAM } from '../random/streams.ts'
import { UniformStream } from '../random/uniform.ts'
import type { TrainingPlan } from './plan.ts'

/** A terminal condition that moves by no more than this share of itself is constant. */
const ROUNDING = 1e-9
/** Units below this leave single precision no room: paths that end far from where g is have seen nothing of it. */
const LEAST_UNIT = 1e-30

/** A smoothed g is near u without a driver already, and pilot paths that meet its jumps may be none. */
const SMOOTHED_FIT: FirstFit = { alpha: 1, beta: 0, constant: 0 }

export interface Units {
  y0: number
  /** Of Y, of the networks' Z and of the vector Z₀. */
  yScale: number
  /** yScale where g has told it, else 0. */
  valueScale: number
  zScale: number
  z0Scale: number
  /** Mean of g(X₀) and first coefficient of the value's skip. */
  valueCentre: number
  valueSkip: number
  isSilent: boolean
}

/** Z is about deviation(g)/√(T·noiseDim) in each component; the published networks are divided by the dimension instead. */
export function initialUnits(pilot: Pilot, plan: TrainingPlan): Units {
  const { options, grid, noiseDim, dim, seed } = plan
  const { mean, deviation } = pilot.terminalMoments()
  const isConstant = deviation <= Math.max(LEAST_UNIT, ROUNDING * Math.abs(mean))
  const level = Math.abs(mean) > LEAST_UNIT ? Math.abs(mean) : 0
  const valueScale = isConstant ? (plan.isSmoothed && pilot.toldDeviation()) || level : deviation
  const yScale = valueScale === 0 ? 1 : valueScale
  const zScale = options.standardise ? yScale / Math.sqrt(grid.horizon * noiseDim) : 1 / dim
  const y0 = options.initialRange ? drawInitialValue(options.initialRange, seed) : mean
  const { mean: valueCentre, coefficient: valueSkip } = pilot.initialFit()
  const isSilent = isConstant && plan.isSmoothed && !plan.hasDrift
  return {
    y0,
    yScale,
    valueScale,
    zScale,
    z0Scale: options.standardise ? zScale : 1,
    valueCentre,
    valueSkip,
    isSilent,
  }
}

export function initialiseState(doubles: Float64Array, plan: TrainingPlan, units: Units): void {
  const state = plan.state
  doubles[state + STATE.y0] = units.y0
  doubles[state + STATE.yScale] = units.yScale
  doubles[state + STATE.valueScale] = units.valueScale
  doubles[state + STATE.zScale] = units.zScale
  doubles[state + STATE.z0Scale] = units.z0Scale
  doubles[state + STATE.valueCentre] = units.valueCentre
  doubles[state + STATE.valueSkip] = plan.valueNetwork ? units.valueSkip : 0
  doubles[state + STATE.isSilent] = +units.isSilent
  doubles[state + STATE.descent] = Number.POSITIVE_INFINITY
}

/** First parameters of time step `n`, and with step 0 of the value network. */
export function initialiseStep(
  floats: Float32Array,
  plan: TrainingPlan,
  pilot: Pilot,
  units: Units,
  n: number,
): void {
  const { firstNetwork, blocks, valueBlock, valueNetwork, gradient, seed, options, grid } = plan
  const theta = blocks[n].theta
  if (n < firstNetwork) {
    initialiseVector(floats, plan, pilot, units)
  } else {
    const parameters = networkParameters(gradient, theta)
    initialiseNetwork(floats, parameters, gradient.network, seed, n, options.standardise)
    if (options.terminalSkip) initialiseSkips(floats, plan, pilot, units, n)
  }
  if (n === 0 && valueBlock && valueNetwork) {
    initialiseNetwork(floats, valueBlock.theta, valueNetwork, seed, grid.steps, options.standardise)
  }
}

/** Z₀ at the mean of σᵀ∇g(X_T), of a smoothed g at X₀; as published it is drawn from U(−0.1, 0.1). */
function initialiseVector(floats: Float32Array, plan: TrainingPlan, pilot: Pilot, units: Units): void {
  const theta = plan.blocks[0].theta
  const uniform = new UniformStream(plan.seed, STREAM.initialisation, 0)
  for (let j = 0; j < plan.noiseDim; j++) {
    floats[theta + j] = plan.options.terminalSkip
      ? (plan.isSmoothed ? pilot.meanSlope(0, j) : pilot.fit(0, j, false).constant) / units.z0Scale
      : 0.2 * uniform.next() - 0.1
  }
}

/** αₙ, the diagonal skip and the output's bias from the pilot paths' fit. */
function initialiseSkips(
  floats: Float32Array,
  plan: TrainingPlan,
  pilot: Pilot,
  units: Units,
  n: number,
): void {
  const { gradient, noiseDim, blocks } = plan
  const { network } = gradient
  const theta = blocks[n].theta
  const own = rowAt(theta, 1, noiseDim)
  const hasLinear = network.specification.linearSkip === 'diagonal'
  const { bias } = network.layers[network.layers.length - 1]
  for (let j = 0; j < noiseDim; j++) {
    const { alpha, beta, constant } = firstFit(plan, pilot, n, j, hasLinear)
    floats[theta + j] = alpha
    if (hasLinear) floats[own + network.skip + j] = beta / units.zScale
    if (bias >= 0) floats[own + bias + j] = constant / units.zScale
  }
}

/** Of component j of Zₙ by the pilot paths. */
export function firstFit(
  plan: TrainingPlan,
  pilot: Pilot,
  n: number,
  j: number,
  hasLinear: boolean,
): FirstFit {
  return plan.isSmoothed || plan.areKinksSmoothed ? SMOOTHED_FIT : pilot.fit(n, j, hasLinear)
}

/** The same as it was written into the parameters. */
export function skipsOf(
  { floats, doubles }: Views,
  plan: TrainingPlan,
  n: number,
  j: number,
  hasLinear: boolean,
): FirstFit {
  const { gradient, noiseDim, blocks, firstNetwork, state } = plan
  const theta = blocks[n].theta
  if (n < firstNetwork) {
    return { alpha: 0, beta: 0, constant: doubles[state + STATE.z0Scale] * floats[theta + j] }
  }
  const own = rowAt(theta, 1, noiseDim)
  const unit = doubles[state + STATE.zScale]
  const { skip, layers } = gradient.network
  return {
    alpha: floats[theta + j],
    beta: hasLinear ? unit * floats[own + skip + j] : 0,
    constant: unit * floats[own + layers[layers.length - 1].bias + j],
  }
}

function drawInitialValue([low, high]: [number, number], seed: number): number {
  return low + (high - low) * new UniformStream(seed, STREAM.initialisation, 0, 1).next()
}
