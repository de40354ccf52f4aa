/** What `deepbsde check` looks at in a control problem: mathematics, derivatives, what the plant does, memory, time. */
import { availableParallelism } from 'node:os'
import { compileBellman } from '../control/bellman.ts'
import { compileControl } from '../control/compile.ts'
import type { CompiledControl } from '../control/compiled.ts'
import type { ControlDefinition, ControlSet } from '../control/definition.ts'
import { type ControlDerivatives, controlDerivatives } from '../control/derivatives.ts'
import { resolvePolicyOptions } from '../control/options.ts'
import { presentControl } from '../control/present.ts'
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

/** Above this dimension a look for trajectories takes longer than a check should. */
const MOST_TRIED = 40
/** Rates below are rounding, or an integrator's. */
const NO_GROWTH = 1e-3

interface CheckedTime extends PolicyTime {
  /** Of the look for a start; null where none was taken. */
  prepare: number | null
}

/** What was found of a page. */
interface ControlCheck {
  problem: CompiledControl
  derivatives: ControlDerivatives
  /** Where a first rule was looked for. */
  found: ReturnType<typeof startsOf> | null
  steps: number
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
  const found = withTrial && problem.dim <= MOST_TRIED ? startsOf(problem, {}) : null
  const prepare = found && performance.now() - startedAt
  const { steps } = found ?? resolvePolicyOptions(problem, {})
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
    plant: typeof skeleton === 'object' && problem.dim <= MOST_TRIED ? linearise(problem, skeleton) : null,
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
  prepare: number | null,
  withTrial: boolean,
): Promise<Pick<ControlCheck, 'time' | 'missing'>> {
  if (!withTrial) return { time: null, missing: 'not tried' }
  const workers = availableParallelism()
  try {
    const time = await policyTime(problem, found, workers, defaultMemoryLimit(workers))
    return { time: { ...time, prepare, total: time.total + (prepare ?? 0) }, missing: null }
  } catch (error) {
    return { time: null, missing: `the trial failed: ${(error as Error).message}` }
  }
}

function jsonForm(check: ControlCheck) {
  const { problem, derivatives, steps, plant, memory, time, missing, bellman } = check
  const { dim, controlDim, noiseDim, isDiscrete, constraintCount } = problem
  const { isShared } = resolvePolicyOptions(problem, {})
  return {
    dim,
    controlDim,
    noiseDim,
    steps,
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
  const { problem, derivatives, found, plant, steps, bellman, reference, memory } = check
  const { dim, controlDim, noiseDim, constraintCount } = problem
  const { isShared } = resolvePolicyOptions(problem, {})
  const hasProgramme = typeof problem.programme === 'object' && (problem.isFree || problem.isBox) && !isShared
  return [
    ['shapes', `x vector[${dim}], a vector[${controlDim}], w vector[${noiseDim}]`],
    ['grid', timeText(problem, steps)],
    ...(plant === null ? [] : ([['plant', plantText(plant, problem)]] as CheckReport['rows'])),
    ...(found === null ? [] : ([['start', startText(found, hasProgramme)]] as CheckReport['rows'])),
    ['controls', CONTROL_SETS[definition.controlSet?.kind ?? 'free']],
    ['constraints', constraintCount === 0 ? 'none' : `${constraintCount}, looked at on every fresh path`],
    ['networks', isShared ? 'one of (t, x) for all steps' : `${steps}, one for each step`],
    ['derivatives', derivativesText(derivatives)],
    ['Bellman', bellman ?? 'its equation is at hand: --both compares'],
    ['reference', referenceText(reference)],
    ['memory', memoryText(memory)],
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
    ...(prepare === null ? [] : [`${seconds(prepare)} to begin`]),
    `${seconds(train)} training`,
    `${seconds(estimate)} estimate`,
    ...(otherSide === 0 ? [] : [`${seconds(otherSide)} for how far the best may be`]),
  ]
  const beside =
    prepare === null ? '; looking for a start and for the other side of the value comes on top' : ''
  return `about ${seconds(total)} for ${formatCount(iterations)} iterations and ${formatCount(paths)} paths (${parts.join(', ')})${beside}`
}

function timeText({ isDiscrete, horizon }: CompiledControl, steps: number): string {
  return isDiscrete
    ? `${steps} decisions until T = ${horizon}`
    : `continuous until T = ${horizon}, ${steps} steps`
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

function startText({ starts, missing }: ReturnType<typeof startsOf>, hasProgramme: boolean): string {
  if (missing === null) return `feedback along the best of the trajectories found, from ${starts[0].from}`
  return `${hasProgramme ? 'what a dynamic programme does, if that beats no rule' : 'no rule'}: ${missing}`
}

function memoryText({ total, sweep }: PolicyMemory): string {
  return `${megabytes(total)} in all; of it ${megabytes(sweep)} for each worker's sweep, ${BLOCK_ROWS} paths at a time whatever the batch`
}
