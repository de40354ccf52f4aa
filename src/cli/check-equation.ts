/** What `deepbsde check` looks at in an equation: its formulas, their derivatives, what exact leaves over, memory and time. */
import { availableParallelism } from 'node:os'
import type { TimeEstimate } from '../entry/run-cost.ts'
import { megabytes, refuseBeyond } from '../memory/arena.ts'
import { defaultMemoryLimit } from '../memory/limit.ts'
import { fewestBytes } from '../methods/deep-bsde/memory.ts'
import { isWide } from '../paths/wide.ts'
import { checkProblem, type ProblemCheck } from '../problem/check.ts'
import type { ProblemDefinition, Settings } from '../problem/definition.ts'
import { presentProblem } from '../problem/present.ts'
import { RESIDUAL_TOLERANCE } from '../problem/residual.ts'
import { formatCount, formatWholeSeconds } from '../solution/format.ts'
import { type CheckFlags, type CheckReport, derivativeText, referenceText } from './check-report.ts'

const REMEDY = 'Lower the dimension, by --set dim=… say.'

interface Cost {
  /** Bytes. */
  memory: number
  time: TimeEstimate | null
  /** Why there is no time. */
  missing: string | null
  /** The trial was begun, and came to no end. */
  failed?: boolean
}

/** @throws UserError where the page does not compile, or is too large to look at. */
export async function checkEquation(
  definition: ProblemDefinition,
  settings: Settings,
  flags: CheckFlags,
): Promise<CheckReport> {
  const { published = null } = definition
  refuseBeyond(fewestBytes(settings.dim, published, {}, availableParallelism()), memoryLimit(), REMEDY, true)
  const { text, latex } = await presentProblem(definition, settings)
  const found = await checkProblem(definition, settings)
  if (flags.latex) return { text, latex, rows: [], json: {}, failures: found.failures }
  const cost = await costOf(definition, settings, found, flags.trial)
  const check = { ...found, failures: [...found.failures, ...tooLarge(cost.memory)] }
  return {
    text,
    latex,
    rows: rowsOf(check, cost),
    json: jsonForm(check, cost),
    failures: check.failures,
    verdict: {
      text: verdictText(check, cost),
      isRight: check.failures.length === 0 && cost.failed !== true,
    },
  }
}

/** What a run may take unless --memory says otherwise. */
function memoryLimit(): number {
  return defaultMemoryLimit(availableParallelism())
}

/** What is wrong with so many bytes, if anything. */
function tooLarge(memory: number): string[] {
  if (memory <= memoryLimit()) return []
  return [
    `a run needs ${megabytes(memory)} of memory, allowed are ${megabytes(memoryLimit())}. Lower the dimension, or solve with lower --steps, --batch-size or --hidden.`,
  ]
}

async function costOf(
  definition: ProblemDefinition,
  settings: Settings,
  { compiled, failures }: ProblemCheck,
  withTrial: boolean,
): Promise<Cost> {
  const { estimateTime, memoryOf } = await import('../entry/run-cost.ts')
  const memory = memoryOf(compiled, definition.published ?? null, {}, availableParallelism())
  const without = (missing: string): Cost => ({ memory, time: null, missing })
  if (!withTrial) return without('not tried')
  if (failures.length > 0) return without('not tried: the page does not fit together')
  if (memory > memoryLimit()) return without('not tried: it needs too much memory')
  if (isWide(compiled.dim)) return without('not tried: it would take minutes itself')
  try {
    return { memory, time: await estimateTime(definition, settings, compiled), missing: null }
  } catch (error) {
    return { ...without(`the trial failed: ${(error as Error).message}`), failed: true }
  }
}

function jsonForm(check: ProblemCheck, { memory, time, missing }: Cost) {
  const { shapes, motion, driverDependsOn, derivatives, residual, reference } = check
  return {
    shapes,
    motion,
    noise: noiseText(check),
    driverDependsOn,
    curvature: check.curvature,
    derivatives,
    residual: residual && {
      points: residual.points,
      largest: residual.worst.relative,
      terminalMismatch: residual.terminalMismatch,
    },
    reference,
    memoryBytes: memory,
    timeMs: time,
    ...(missing === null ? {} : { noTimeBecause: missing }),
  }
}

function rowsOf(check: ProblemCheck, cost: Cost): CheckReport['rows'] {
  const { shapes, motion, driverDependsOn, residual, reference } = check
  const named = Object.entries(shapes).map(([name, shape]) => `${name} ${shape}`)
  return [
    ['shapes', named.join(', ')],
    ['state', motion],
    ['noise', noiseText(check)],
    ['driver', driverText(driverDependsOn)],
    ['curvature', check.curvature],
    ['derivatives', derivativesText(check)],
    ['residual', residual === null ? missingResidualText(check) : residualText(residual)],
    ['reference', referenceText(reference)],
    ['memory', `${megabytes(cost.memory)} (for arrays; the process takes about 100 MB more)`],
    ['time', timeText(cost)],
  ]
}

/** What the checks found, and no more than they can. */
function verdictText({ failures, residual }: ProblemCheck, { failed }: Cost): string {
  if (failures.length > 0) return 'Something is wrong.'
  if (failed) return 'The formulas fit together, but the trial failed: see time above.'
  if (residual !== null) return 'Nothing found to be wrong.'
  return 'Nothing found to be wrong; no exact solution to test signs with.'
}

function noiseText({ compiled: { noiseDim, mixing, hasDiagonalNoise } }: ProblemCheck): string {
  const sources = `${noiseDim} Brownian motion${noiseDim === 1 ? '' : 's'}`
  if (hasDiagonalNoise) return `${sources}, one for each component`
  return mixing === null ? `${sources}, through a matrix` : `${sources}, mixed by a constant matrix`
}

function driverText(dependsOn: readonly string[]): string {
  if (dependsOn.length === 0) return 'a constant'
  const named = dependsOn.join(', ')
  const note = dependsOn.includes('y') ? 'Y₀ by Newton steps' : 'free of y: Y₀ is a mean over paths'
  return `depends on ${named} (${note})`
}

const NOT_FINITE = 'not tried: some formula is not finite'

function derivativesText({ derivatives }: ProblemCheck): string {
  if (derivatives === null) return NOT_FINITE
  return `driver ${derivativeText(derivatives.driver)}; terminal ${derivativeText(derivatives.terminal)}`
}

function missingResidualText({ compiled, derivatives }: ProblemCheck): string {
  if (compiled.functions.exact === null) return 'no exact solution is given'
  if (derivatives === null) return NOT_FINITE
  return 'not tried: it would take minutes in so many dimensions. Check a smaller dim by --set'
}

function residualText({ points, worst, terminalMismatch }: NonNullable<ProblemCheck['residual']>): string {
  const isSolved = worst.relative < RESIDUAL_TOLERANCE
  const verb = isSolved ? 'exact solves the equation' : 'exact does NOT solve the equation'
  const where = `relative residual up to ${worst.relative.toExponential(0)} at ${points} random point${points === 1 ? '' : 's'}`
  const end = terminalMismatch === 0 ? 'is g' : `is g up to ${terminalMismatch.toExponential(0)}`
  return `${verb}: ${where}; at T it ${end}`
}

/** What is known of the pace, and the most that it comes to: nobody knows before how many iterations a run needs. */
function timeText({ time, missing }: Cost): string {
  if (time === null) return missing ?? ''
  const pace = `100 iterations take about ${roughly((100 * time.train) / time.iterations)}`
  return `${pace}; at most ${roughly(time.total)}, if all ${formatCount(time.iterations)} iterations are needed, with ${formatCount(time.paths)} paths. It ends where nothing more is gained (estimated by a short trial on this machine as it is now)`
}

/** To two digits: it is a guess. */
function roughly(ms: number): string {
  return ms < 59_500 ? `${Number((ms / 1000).toPrecision(2))} s` : formatWholeSeconds(ms)
}
