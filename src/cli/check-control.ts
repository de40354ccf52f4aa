/** What `deepbsde check` looks at in a control problem: mathematics, derivatives, what the plant does, memory, time. */
import { availableParallelism } from 'node:os'
import { compileBellman } from '../control/bellman.ts'
import { compileControl } from '../control/compile.ts'
import type { CompiledControl } from '../control/compiled.ts'
import type { ControlDefinition, ControlSet } from '../control/definition.ts'
import { type ControlDerivatives, controlDerivatives } from '../control/derivatives.ts'
import { resolvePolicyOptions } from '../control/options.ts'
import { presentControl } from '../control/present.ts'
import { isProgrammeAsked } from '../control/programme/law.ts'
import { startsOf } from '../control/start/find.ts'
import { type Linearisation, linearise } from '../control/start/linearisation.ts'
import { megabytes } from '../memory/arena.ts'
import { defaultMemoryLimit } from '../memory/limit.ts'
import { type PolicyMemory, type PolicyTime, policyMemory, policyTime } from '../methods/policy/run-cost.ts'
import type { Reference, Settings } from '../problem/definition.ts'
import { DERIVATIVE_TOLERANCE } from '../problem/derivatives.ts'
import { referenceOf } from '../problem/reference.ts'
import { BLOCK_ROWS } from '../program/plan.ts'
import { formatCount, formatSignificant, formatWholeSeconds } from '../solution/format.ts'
import { type CheckFlags, type CheckReport, derivativeText, referenceText } from './check-report.ts'

/** Rates below are rounding, or an integrator's. */
const NO_GROWTH = 1e-3

interface CheckedTime extends PolicyTime {
  /** Of the look for a start. */
  prepare: number
}

/** What was found of a page. */
interface ControlCheck {
  problem: CompiledControl
  derivatives: ControlDerivatives
  /** Where a first rule was looked for. */
  found: ReturnType<typeof startsOf> | null
  /** Of a run; the fewest where it finds them by itself, and nobody has looked. */
  steps: number
  isCounted: boolean
  plant: Linearisation | null
  memory: PolicyMemory
  time: CheckedTime | null
  /** Why there is no time. */
  missing: string | null
  /** Why there is no Bellman equation; null where there is. */
  bellman: string | null
  reference: Reference | null
  failures: string[]
}

/** @throws UserError where the page does not compile. */
export async function checkControl(
  definition: ControlDefinition,
  settings: Settings,
  flags: CheckFlags,
): Promise<CheckReport> {
  const { text, latex } = await presentControl(definition, settings)
  if (flags.latex) return { text, latex, rows: [], json: {}, failures: [] }
  const found = await look(definition, settings, flags.trial)
  return { text, latex, rows: rowsOf(definition, found), json: jsonForm(found), failures: found.failures }
}

async function look(
  definition: ControlDefinition,
  settings: Settings,
  withTrial: boolean,
): Promise<ControlCheck> {
  const problem = await compileControl(definition, settings, { start: true })
  const bellman = await compileBellman(definition, settings).then(
    () => null,
    (error: Error) => error.message,
  )
  const startedAt = performance.now()
  const found = withTrial ? startsOf(problem, {}) : null
  const prepare = performance.now() - startedAt
  const { steps, isShared } = found
    ? { ...resolvePolicyOptions(problem, {}), ...found }
    : resolvePolicyOptions(problem, {})
  const { skeleton } = problem
  const derivatives = controlDerivatives(problem)
  const failures = Object.entries(derivatives).flatMap(([name, { largestError }]) =>
    largestError < DERIVATIVE_TOLERANCE ? [] : [`the derivatives of the ${name} do not fit its values.`],
  )
  return {
    problem,
    derivatives,
    found,
    steps,
    isCounted: found !== null || problem.steps !== null || isShared || typeof skeleton !== 'object',
    plant: typeof skeleton === 'object' ? linearise(problem, skeleton) : null,
    memory: policyMemory(problem, { steps }, availableParallelism()),
    ...(await timeOf(problem, found, prepare, withTrial && failures.length === 0)),
    bellman,
    reference: referenceOf(definition, problem),
    failures,
  }
}

async function timeOf(
  problem: CompiledControl,
  found: ControlCheck['found'],
  look: number,
  withTrial: boolean,
): Promise<Pick<ControlCheck, 'time' | 'missing'>> {
  if (!withTrial || found === null) return { time: null, missing: 'not tried' }
  const workers = availableParallelism()
  try {
    const time = await policyTime(problem, found, workers, defaultMemoryLimit(workers))
    const prepare = look + time.begin
    return { time: { ...time, prepare, total: time.total + prepare }, missing: null }
  } catch (error) {
    return { time: null, missing: `the trial failed: ${(error as Error).message}` }
  }
}

function jsonForm(check: ControlCheck) {
  const { problem, derivatives, steps, isCounted, plant, memory, time, missing, bellman } = check
  const { dim, controlDim, noiseDim, isDiscrete, constraintCount } = problem
  const { isShared } = resolvePolicyOptions(problem, {})
  return {
    dim,
    controlDim,
    noiseDim,
    steps: isCounted ? steps : null,
    isDiscrete,
    isShared,
    constraintCount,
    derivatives,
    plant,
    noBellmanBecause: bellman,
    reference: check.reference,
    memoryBytes: memory.total,
    sweepBytes: memory.sweep,
    timeMs: time,
    ...(missing === null ? {} : { noTimeBecause: missing }),
  }
}

function rowsOf(definition: ControlDefinition, check: ControlCheck): CheckReport['rows'] {
  const { problem, derivatives, found, isCounted, plant, bellman, reference, memory } = check
  const { dim, controlDim, noiseDim, constraintCount } = problem
  const { isShared } = resolvePolicyOptions(problem, {})
  return [
    ['shapes', `x vector[${dim}], a vector[${controlDim}], w vector[${noiseDim}]`],
    ['grid', timeText(check)],
    ...(plant === null ? [] : ([['plant', plantText(plant, problem)]] as CheckReport['rows'])),
    ...(found === null ? [] : ([['start', startText(found, problem, isShared)]] as CheckReport['rows'])),
    ['controls', CONTROL_SETS[definition.controlSet?.kind ?? 'free']],
    ['constraints', constraintCount === 0 ? 'none' : `${constraintCount}, looked at on every fresh path`],
    ['networks', isShared ? 'one of (t, x) for all steps' : networksText(check)],
    ['derivatives', derivativesText(derivatives)],
    ['Bellman', bellman ?? 'its equation is at hand: --both compares'],
    ['reference', referenceText(reference)],
    ['memory', isCounted ? memoryText(memory) : `${memoryText(memory)}; of more steps as much more`],
    ['time', runTimeText(check)],
  ]
}

/** In words that a control engineer uses. */
const CONTROL_SETS: Record<ControlSet['kind'], string> = {
  free: 'unconstrained',
  box: 'each between its bounds (saturation), met on every path',
  simplex: 'shares ≥ 0 of one whole',
  budget: 'all ≥ 0, their sum within the budget',
  map: 'by a formula of what a network writes',
}

function derivativesText({ step, terminal }: ControlDerivatives): string {
  return `step ${derivativeText(step)}; terminal cost ${derivativeText(terminal)}`
}

function runTimeText({ time, missing }: ControlCheck): string {
  if (time === null) return missing!
  const { iterations, paths, train, estimate, total, prepare, otherSide } = time
  const seconds = (ms: number) => formatWholeSeconds(ms)
  const parts = [
    `${seconds(prepare)} to begin`,
    `${seconds(train)} training`,
    `${seconds(estimate)} estimate`,
    ...(otherSide === 0 ? [] : [`${seconds(otherSide)} for how far the best may be`]),
  ]
  return `about ${seconds(total)} for ${formatCount(iterations)} iterations and ${formatCount(paths)} paths (${parts.join(', ')})`
}

function timeText({ problem: { isDiscrete, horizon }, steps, isCounted }: ControlCheck): string {
  if (isDiscrete) return `${steps} decisions until T = ${horizon}`
  const text = `continuous until T = ${horizon}, ${steps} steps`
  return isCounted ? text : `${text} or more: a run finds how many the plant needs`
}

function networksText({ steps, isCounted }: ControlCheck): string {
  return isCounted ? `${steps}, one for each step` : 'one for each step'
}

function plantText({ growth, controllable }: Linearisation, { dim, isDiscrete }: CompiledControl): string {
  const unit = isDiscrete ? ' (of the discrete time)' : ''
  const motion =
    growth > NO_GROWTH
      ? `near x0 it runs away by itself: a deviation doubles in ${formatSignificant(Math.LN2 / growth, 2)}${unit}`
      : 'near x0 no deviation runs away by itself'
  const reached =
    controllable === dim ? `all ${dim} states` : `only ${controllable} of ${dim} directions of the state`
  return `${motion}; controls move ${reached}`
}

function startText(found: ReturnType<typeof startsOf>, problem: CompiledControl, isShared: boolean): string {
  const hasProgramme = typeof problem.programme === 'object' && isProgrammeAsked(problem, found, isShared)
  const { starts, missing } = found
  if (missing === null) {
    const beside = hasProgramme ? ', or what a dynamic programme does' : ''
    return `feedback along the best of the trajectories found, from ${starts[0].from}${beside}`
  }
  return `${hasProgramme ? 'what a dynamic programme does, if that beats no rule' : 'no rule'}: ${missing}`
}

function memoryText({ total, sweep }: PolicyMemory): string {
  return `${megabytes(total)} in all; of it ${megabytes(sweep)} for each worker's sweep, ${BLOCK_ROWS} paths at a time whatever the batch`
}
