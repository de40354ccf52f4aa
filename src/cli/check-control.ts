/** What `deepbsde check` does with a control problem: mathematics, derivatives, what the plant does, memory, time. */
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
import type { TimeEstimate } from '../entry/run-cost.ts'
import { UserError } from '../errors/errors.ts'
import { megabytes } from '../memory/arena.ts'
import { type PolicyMemory, policyMemory } from '../methods/policy/run-cost.ts'
import type { Reference, Settings } from '../problem/definition.ts'
import { DERIVATIVE_TOLERANCE, type DerivativeReport } from '../problem/derivatives.ts'
import type { Presentation } from '../problem/present.ts'
import { referenceOf } from '../problem/reference.ts'
import { applySettings } from '../problem/settings.ts'
import { BLOCK_ROWS } from '../program/plan.ts'
import { formatCount, formatSignificant, formatWholeSeconds } from '../solution/format.ts'
import { wrap } from '../solution/format-text.ts'
import type { CheckFlags } from './check-run.ts'
import { EXIT } from './exit-codes.ts'
import { print, say } from './print.ts'
import { terminalOf } from './terminal.ts'

const LABEL_WIDTH = 13
/** Above this dimension a look for trajectories takes longer than a check should. */
const MOST_TRIED = 40
/** Rates below are rounding, or an integrator's. */
const NO_GROWTH = 1e-3

/** What was found of a page. */
interface ControlCheck {
  problem: CompiledControl
  presentation: Presentation
  derivatives: ControlDerivatives
  /** Where a first rule was looked for. */
  found: ReturnType<typeof startsOf> | null
  steps: number
  plant: Linearisation | null
  memory: PolicyMemory
  time: TimeEstimate | null
  /** Why there is no time. */
  missing: string | null
  /** Why there is no Bellman equation; null where there is. */
  bellman: string | null
  reference: Reference | null
  failures: string[]
}

/** @returns the exit code. @throws UserError where the page does not compile. */
export async function runCheckControl(definition: ControlDefinition, flags: CheckFlags): Promise<number> {
  const { id } = definition
  if (flags.latex && flags.json) {
    throw new UserError(`${id}: the JSON has the LaTeX too, as "latex". Leave --latex out.`)
  }
  const settings = applySettings(definition, flags.set ?? [])
  if (flags.latex) {
    print((await presentControl(definition, settings)).latex)
    return EXIT.done
  }
  const check = await checkControl(definition, settings, flags.trial)
  print(
    flags.json ? `${JSON.stringify(jsonForm(definition, settings, check))}\n` : textForm(definition, check),
  )
  const { colors } = terminalOf(process.stderr)
  for (const failure of check.failures) say(`${colors.red('deepbsde:')} ${id}: ${failure}\n`)
  return check.failures.length === 0 ? EXIT.done : EXIT.failed
}

async function checkControl(
  definition: ControlDefinition,
  settings: Settings,
  withTrial: boolean,
): Promise<ControlCheck> {
  const presentation = await presentControl(definition, settings)
  const problem = await compileControl(definition, settings, { start: true })
  const bellman = await compileBellman(definition, settings).then(
    () => null,
    (error: Error) => error.message,
  )
  const found = withTrial && problem.dim <= MOST_TRIED ? startsOf(problem, {}) : null
  const { steps } = found ?? resolvePolicyOptions(problem, {})
  const { skeleton } = problem
  const derivatives = controlDerivatives(problem)
  const failures = Object.entries(derivatives).flatMap(([name, { largestError }]) =>
    largestError < DERIVATIVE_TOLERANCE ? [] : [`the derivatives of the ${name} do not fit its values.`],
  )
  return {
    problem,
    presentation,
    derivatives,
    found,
    steps,
    plant: typeof skeleton === 'object' && problem.dim <= MOST_TRIED ? linearise(problem, skeleton) : null,
    memory: policyMemory(problem, { steps }, availableParallelism()),
    ...(await timeOf(definition, settings, problem, withTrial && failures.length === 0)),
    bellman,
    reference: referenceOf(definition, problem),
    failures,
  }
}

async function timeOf(
  definition: ControlDefinition,
  settings: Settings,
  problem: CompiledControl,
  withTrial: boolean,
): Promise<Pick<ControlCheck, 'time' | 'missing'>> {
  if (!withTrial) return { time: null, missing: 'not tried' }
  const { estimateControlTime } = await import('../entry/run-cost.ts')
  try {
    return { time: await estimateControlTime(definition, settings, problem), missing: null }
  } catch (error) {
    return { time: null, missing: `the trial failed: ${(error as Error).message}` }
  }
}

function jsonForm({ id, title }: ControlDefinition, settings: Settings, check: ControlCheck) {
  const { problem, presentation, derivatives, steps, plant, memory, time, missing, bellman } = check
  const { dim, controlDim, noiseDim, isDiscrete, constraintCount } = problem
  const { isShared } = resolvePolicyOptions(problem, {})
  return {
    problem: id,
    title,
    settings,
    text: presentation.text,
    latex: presentation.latex,
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
    failures: check.failures,
  }
}

function textForm(definition: ControlDefinition, check: ControlCheck): string {
  const { problem, presentation, derivatives, found, plant, steps, bellman, reference, memory } = check
  const { dim, controlDim, noiseDim, constraintCount } = problem
  const { isShared } = resolvePolicyOptions(problem, {})
  const rows: [label: string, text: string][] = [
    ['shapes', `x vector[${dim}], a vector[${controlDim}], w vector[${noiseDim}]`],
    ['grid', timeText(problem, steps)],
    ...(plant === null ? [] : ([['plant', plantText(plant, problem)]] as [string, string][])),
    ...(found === null ? [] : ([['start', startText(found)]] as [string, string][])),
    ['controls', CONTROL_SETS[definition.controlSet?.kind ?? 'free']],
    ['constraints', constraintCount === 0 ? 'none' : `${constraintCount}, looked at on every fresh path`],
    ['networks', isShared ? 'one of (t, x) for all steps' : `${steps}, one for each step`],
    ['derivatives', derivativesText(derivatives)],
    ['Bellman', bellman ?? 'its equation is at hand: --both compares'],
    ['reference', reference === null ? 'none at these settings' : referenceText(reference)],
    ['memory', memoryText(memory)],
    ['time', runTimeText(check)],
  ]
  const { colors, isTerminal, width } = terminalOf(process.stdout)
  const room = Math.max(30, (isTerminal ? width() : 110) - LABEL_WIDTH - 2)
  const lines = rows.flatMap(([label, text]) =>
    wrap(text, room).map((part, k) => `  ${colors.dim((k === 0 ? label : '').padEnd(LABEL_WIDTH))}${part}`),
  )
  const [title, ...mathematics] = presentation.text.split('\n')
  return `${[colors.bold(title), ...mathematics, ...lines].join('\n')}\n`
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

/** How many comparisons held, and what was left out. */
function derivativeText({ compared, kinks, largestError }: DerivativeReport): string {
  const left = kinks === 0 ? '' : `, ${kinks} at kinks left out`
  const verdict = largestError < DERIVATIVE_TOLERANCE ? 'right' : 'WRONG'
  return `${verdict} at ${compared} places (relative error up to ${largestError.toExponential(0)}${left})`
}

function runTimeText({ time, missing }: ControlCheck): string {
  if (time === null) return missing!
  const { iterations, paths, train, estimate, total, prepare } = time
  const seconds = (ms: number) => formatWholeSeconds(ms)
  return `about ${seconds(total)} for ${formatCount(iterations)} iterations and ${formatCount(paths)} paths (${seconds(prepare)} to begin, ${seconds(train)} training, ${seconds(estimate)} estimate)`
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

function startText({ starts, missing }: ReturnType<typeof startsOf>): string {
  return missing === null
    ? `feedback along the best of the trajectories found, from ${starts[0].from}`
    : `no rule: ${missing}`
}

function referenceText({ value, source }: { value: number; source: string }): string {
  return `${formatSignificant(value, 10)}  (${source})`
}

function memoryText({ total, sweep }: PolicyMemory): string {
  return `${megabytes(total)} in all; of it ${megabytes(sweep)} for each worker's sweep, ${BLOCK_ROWS} paths at a time whatever the batch`
}
