/** What `deepbsde check` does with a control problem: its shapes, its set of controls, its Bellman equation, its memory. */
import { availableParallelism } from 'node:os'
import { compileBellman } from '../control/bellman.ts'
import { CHUNK_ROWS } from '../control/chunk.ts'
import { compileControl } from '../control/compile.ts'
import type { CompiledControl } from '../control/compiled.ts'
import type { ControlDefinition } from '../control/definition.ts'
import { resolvePolicyOptions } from '../control/options.ts'
import { startsOf } from '../control/start/find.ts'
import { type Linearisation, linearise } from '../control/start/linearisation.ts'
import { UserError } from '../errors/errors.ts'
import { megabytes } from '../memory/arena.ts'
import { type PolicyMemory, policyMemory } from '../methods/policy/run-cost.ts'
import { referenceOf } from '../problem/reference.ts'
import { applySettings } from '../problem/settings.ts'
import { formatSignificant } from '../solution/format.ts'
import { wrap } from '../solution/format-text.ts'
import type { CheckFlags } from './check-run.ts'
import { EXIT } from './exit-codes.ts'
import { print } from './print.ts'
import { terminalOf } from './terminal.ts'

const LABEL_WIDTH = 13
/** Above this dimension a look for trajectories takes longer than a check should. */
const MOST_TRIED = 40
/** Rates below are rounding, or an integrator's. */
const NO_GROWTH = 1e-3

/** @returns the exit code. @throws UserError where the page does not compile. */
export async function runCheckControl(definition: ControlDefinition, flags: CheckFlags): Promise<number> {
  if (flags.latex) {
    throw new UserError(`${definition.id}: --latex is for equations. Leave it out.`)
  }
  const settings = applySettings(definition, flags.set ?? [])
  const problem = await compileControl(definition, settings, { start: true })
  const bellman = await compileBellman(definition, settings).then(
    () => null,
    (error: Error) => error.message,
  )
  const resolved = resolvePolicyOptions(problem, {})
  const found = flags.trial && problem.dim <= MOST_TRIED ? startsOf(problem, {}) : null
  const { steps } = found ?? resolved
  const memory = policyMemory(problem, { steps }, availableParallelism())
  const { skeleton } = problem
  const plant =
    typeof skeleton === 'object' && problem.dim <= MOST_TRIED ? linearise(problem, skeleton) : null
  const reference = referenceOf(definition, problem)
  const { dim, controlDim, noiseDim, isDiscrete, constraintCount } = problem
  const { isShared } = resolved
  if (flags.json) {
    const form = {
      problem: definition.id,
      title: definition.title,
      settings,
      dim,
      controlDim,
      noiseDim,
      steps,
    }
    const more = { isDiscrete, isShared, constraintCount, plant, noBellmanBecause: bellman, reference }
    print(`${JSON.stringify({ ...form, ...more, memoryBytes: memory.total, sweepBytes: memory.sweep })}\n`)
    return EXIT.done
  }
  const rows: [label: string, text: string][] = [
    ['shapes', `x vector[${dim}], a vector[${controlDim}], w vector[${noiseDim}]`],
    ['time', timeText(problem, steps)],
    ...(plant === null ? [] : ([['plant', plantText(plant, problem)]] as [string, string][])),
    ...(found === null ? [] : ([['start', startText(found)]] as [string, string][])),
    ['controls', definition.controlSet?.kind ?? 'free'],
    ['constraints', constraintCount === 0 ? 'none' : `${constraintCount}, looked at on every fresh path`],
    ['networks', isShared ? 'one of (t, x) for all steps' : `${steps}, one for each step`],
    ['Bellman', bellman ?? 'its equation is at hand: --both compares'],
    ['reference', reference === null ? 'none at these settings' : referenceText(reference)],
    ['memory', memoryText(memory)],
  ]
  const { colors, isTerminal, width } = terminalOf(process.stdout)
  const room = Math.max(30, (isTerminal ? width() : 110) - LABEL_WIDTH - 2)
  const lines = rows.flatMap(([label, text]) =>
    wrap(text, room).map((part, k) => `  ${colors.dim((k === 0 ? label : '').padEnd(LABEL_WIDTH))}${part}`),
  )
  print(`${[colors.bold(definition.title), ...lines].join('\n')}\n`)
  return EXIT.done
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
  return `${megabytes(total)} in all; of it ${megabytes(sweep)} for each worker's sweep, ${CHUNK_ROWS} paths at a time whatever the batch`
}
