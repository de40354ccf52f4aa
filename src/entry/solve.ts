/** The one entry: a problem and choices in, a solution out. */
import { availableParallelism } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { Checkpoints, DEFAULT_EVERY_MS, type RestoredState } from '../checkpoint/checkpoints.ts'
import { describeRun, type RunDescription } from '../checkpoint/description.ts'
import { ModelFile, ModelInMemory, type ModelStore, type StoredModel } from '../checkpoint/model-file.ts'
import { storedPage } from '../checkpoint/stored-page.ts'
import { DivergenceError, UserError } from '../errors/errors.ts'
import { requireMachine } from '../executor/machine.ts'
import { ThreadSession } from '../executor/thread-session.ts'
import type { Threads } from '../executor/threads.ts'
import type { KernelName } from '../kernels/interface.ts'
import { supportedKernels } from '../kernels/loader.ts'
import { MEMORY_REMEDY, refuseBeyond } from '../memory/arena.ts'
import { defaultMemoryLimit } from '../memory/limit.ts'
import type { About } from '../methods/about.ts'
import { loadMethod, usualMethod } from '../methods/catalog.ts'
import type { Compiled } from '../methods/compiled.ts'
import type { ShareRounds } from '../methods/helpers.ts'
import type { Method } from '../methods/method.ts'
import { checkChoices, keptOptions, optionsOfSecond, refuseForeign } from '../methods/options.ts'
import { requireParts } from '../methods/parts.ts'
import type { MachineOptions } from '../methods/session.ts'
import type { MethodId } from '../options/ids.ts'
import { loadBuiltIn } from '../page/catalog.ts'
import { hasPart, type Page, partsOf } from '../page/page.ts'
import { readPage } from '../page/reader.ts'
import { parseRegion } from '../paths/region-text.ts'
import { centreOf } from '../paths/start.ts'
import type { Reference, SettingValue } from '../problem/definition.ts'
import { referenceOf } from '../problem/reference.ts'
import { overrideSettings } from '../problem/settings.ts'
import type { OnWarning, RunOptions, Solution } from '../solution/solution.ts'
import { checkOptionTypes } from './option-types.ts'

/** Until what tells the solution is loaded: the workers' own code has then been compiled, which takes every core. */
const UNDER_WAY_MS = 200

/** Choices of a run; everything has a default. Those that concern the method are in `RunOptions`. */
export interface SolveOptions extends RunOptions, MachineOptions {
  /** Replaces settings of the problem's page; as the page has them unless given. */
  settings?: Record<string, SettingValue>
  /** The id of a method, as `listMethods` gives them; the usual one of the page's kind unless given. */
  method?: MethodId | (string & {})
  /** What the arithmetic runs on: the fastest of this machine unless given. */
  kernel?: KernelName
  /** Of the interval: 0.95 unless given. */
  confidence?: number
  /** Asks another method too; see `Solution.secondOpinion`. False unless given. */
  secondOpinion?: boolean
  /** A file that the state is kept in; `resume` goes on from it with the same bits. None is written unless given. */
  checkpoint?: string
  /** A file for what was trained; see `loadModel`, `loadPolicy` for a control problem, `loadRule` for a right to stop. None is written unless given. */
  save?: string
  /** Milliseconds between two checkpoints, 30 s unless given. */
  checkpointEveryMs?: number
  /** Told what does not end the run: a checkpoint that could not be written. A warning of the process unless given. */
  onWarning?: OnWarning
}

/** Choices of a run, and what only callers of this house have. */
export interface EngineOptions extends SolveOptions {
  /** Told the trained networks of an equation, which `openModel` opens. */
  onModel?: (model: StoredModel) => void
  /** Threads that are kept from run to run; they begin and end with the run unless given. */
  threads?: Threads
  /** Gives the rounds of fresh paths to other machines. */
  shareRounds?: (run: RunDescription) => ShareRounds
}

/**
 * u(0, x0) with its statistical error and the gradient ∇u(0, x0).
 *
 * The same problem, settings, options and seed give the same bits on the same kernel, for any number of workers.
 *
 * @param problem the id of a built-in problem, or a page of formulas
 * @throws UserError for input that a person can mend, before any work starts
 * @throws DivergenceError when loss or state stop being finite, with iteration, step and path
 */
export async function solve(problem: string | Page, options: EngineOptions = {}): Promise<Solution> {
  checkOptionTypes(options)
  const definition =
    typeof problem === 'string' ? await loadBuiltIn(problem) : await readPage(problem, 'the page', 'page')
  const { method, other } = await checkRun(definition, options)
  const solution = await solveOnce(definition, options)
  if (other === null || options.signal?.aborted) return solution
  const second = await solveOnce(definition, {
    ...optionsOfSecond(options, method),
    ...(solution.region && { settings: { ...options.settings, x0: solution.region.centre } }),
    method: other.id,
    samples: false,
    checkpoint: undefined,
    save: undefined,
  })
  const { compareOpinions, withOpinion } = await import('./second-opinion.ts')
  const secondOpinion = compareOpinions(solution, second, second.method, second.elapsedMs.total)
  const goal = hasPart(definition, 'control') ? (definition.goal === 'maximize' ? -1 : 1) : null
  return {
    ...withOpinion(solution, secondOpinion, goal),
    options: { ...second.options, ...solution.options },
  }
}

/**
 * What is refused whatever numbers are solved at: options of another type, of another method, or of no machine.
 * @returns the method, and the one that gives a second opinion
 */
export async function checkRun(
  definition: Page,
  options: SolveOptions,
): Promise<{ method: Method; other: About | null }> {
  checkOptionTypes(options)
  checkSession(options)
  const method = await methodFor(definition, options)
  const other = options.secondOpinion ? await otherOf(definition, method, options) : null
  checkRegion(definition, options)
  await refuseForeign(definition, options, method, other)
  checkChoices(options, method)
  if (other !== null) checkChoices(optionsOfSecond(options, method), other)
  return { method, other }
}

/** @throws UserError where the page is one that no other method solves */
async function otherOf(definition: Page, method: Method, { settings }: SolveOptions): Promise<About> {
  const subject = partsOf(definition).at(-1)!
  const id = method.secondOpinion[subject]
  if (id === undefined) {
    throw new UserError(`${definition.id}: no other method solves this page. Leave --second-opinion out.`)
  }
  const other = await loadMethod(id)
  // A Bellman equation that is not at hand is told before any work.
  if (!other.needs.includes(subject)) {
    await other.compile(definition, overrideSettings(definition, settings ?? {}), { bounds: false })
  }
  return other
}

/** throws UserError for a law that is none, and where no point or law that was given would be solved for */
function checkRegion(definition: Page, { region, settings: given }: SolveOptions): void {
  if (region === undefined) return
  const { id, settings } = definition
  parseRegion(region, overrideSettings(definition, given ?? {}).dim)
  const x0 = given?.x0
  if (x0 !== undefined && JSON.stringify(x0) !== JSON.stringify(settings.x0)) {
    throw new UserError(
      `${id}: a region's value is that at its centre, got x0 too. Leave x0 (--set x0) or --region out; --at asks at points of the region.`,
    )
  }
}

/** As given, or what is usual for pages of this kind. */
async function methodFor(page: Page, { method }: SolveOptions): Promise<Method> {
  const found = await loadMethod(method ?? (await usualMethod(page)))
  await requireParts(found, page)
  return found
}

/**
 * As `solve`, by one method, and from a state that was kept; on a finer grid where nobody chose the one whose own error turned
 * out to be too large.
 * @throws UserError where the state does not fit the run
 */
export async function solveOnce(
  definition: Page,
  options: EngineOptions,
  restored: RestoredState | null = null,
): Promise<Solution> {
  const { solution, finerSteps } = await solveOnGrid(definition, options, restored)
  const isFree = options.steps === undefined && options.region === undefined && !options.preset
  if (finerSteps === null || !isFree || options.signal?.aborted) return solution
  try {
    const { solution: finer } = await solveOnGrid(definition, { ...options, steps: finerSteps }, null)
    const { total } = solution.elapsedMs
    return { ...finer, elapsedMs: { ...finer.elapsedMs, total: total + finer.elapsedMs.total } }
  } catch (error) {
    // Memory for the finer grid is not there, or its training went wrong: what the first one found still holds.
    if (error instanceof UserError || error instanceof DivergenceError) return solution
    throw error
  }
}

async function solveOnGrid(
  definition: Page,
  options: EngineOptions,
  restored: RestoredState | null,
): Promise<{ solution: Solution; finerSteps: number | null }> {
  const startedAt = performance.now()
  const settings = overrideSettings(definition, options.settings ?? {})
  const choices = checkSession(options)
  const method = await methodFor(definition, options)
  checkChoices(options, method)
  if (options.checkpoint !== undefined && !method.canResume) {
    throw new UserError(`${method.id} keeps no checkpoints. Leave --checkpoint out.`)
  }
  await checkSave(definition, method, options)
  const { published = null } = definition
  const fewest = method.fewestBytes?.(settings.dim, published, options, choices.workers) ?? 0
  // No number comes from an option that is none; the method refuses that one by its name.
  if (!Number.isNaN(fewest)) refuseBeyond(fewest, choices.memoryLimit, MEMORY_REMEDY, true)
  options.onProgress?.({ stage: 'prepare' })
  const { signal = null, watchdogMs, threads } = options
  const session = new ThreadSession({ ...choices, signal, watchdogMs, threads, method: method.id })
  try {
    const compiled = await method.compile(definition, settings, { bounds: options.bounds ?? false })
    const reference = restored?.description.reference ?? referenceFor(definition, compiled, options.region)
    const page = storedPage(definition, settings)
    const run = {
      ...describeRun(keptOptions(options, method), options),
      method: method.id,
      kernel: session.kernel,
      page,
      reference,
    }
    session.checkpoints = createCheckpoints(run, options, restored)
    session.shareRounds = options.shareRounds?.(run) ?? null
    session.model = await createModelStore(run, method, options)
    const preparedAt = performance.now()
    const solving = (method as Method<Compiled>).solve(session, compiled, published, options)
    const underWay = setTimeout(UNDER_WAY_MS, undefined, { ref: false })
    const telling = Promise.race([underWay, solving.catch(() => {})]).then(() => import('./describe.ts'))
    const result = await solving
    const prepare = preparedAt - startedAt
    const total = performance.now() - startedAt
    const { describe } = await telling
    const solution = describe(definition, compiled, reference, method, result, session, options, {
      prepare,
      ...result.elapsedMs,
      total,
    })
    const { save = null, onWarning = warn } = options
    const opened = await method.open?.(result, run, save, onWarning)
    return { solution: { ...solution, ...opened }, finerSteps: result.finerSteps ?? null }
  } finally {
    await session.close()
  }
}

/** @throws UserError where the run has nothing that could be saved, or nowhere to save it */
async function checkSave(definition: Page, method: Method, { save }: SolveOptions): Promise<void> {
  if (save === undefined) return
  if (!method.saves) throw new UserError(`${method.id} has no model to save. Leave --save out.`)
  if (!hasPart(definition, 'control')) return
  if (method.saves !== 'policy') {
    throw new UserError(`${definition.id}: --save keeps a policy. Leave --method out.`)
  }
  await method.checkSave?.(save)
}

function createCheckpoints(
  run: RunDescription,
  { checkpoint, checkpointEveryMs = DEFAULT_EVERY_MS, onWarning = warn }: SolveOptions,
  restored: RestoredState | null,
): Checkpoints | null {
  if (checkpoint === undefined) return null
  return new Checkpoints({ path: checkpoint, run, restored, everyMs: checkpointEveryMs, onWarning })
}

/** throws UserError where it could not be written later */
async function createModelStore(
  run: RunDescription,
  { saves }: Method,
  { save, onModel, onWarning = warn }: EngineOptions,
): Promise<ModelStore | null> {
  const isFile = save !== undefined && saves !== undefined && saves !== 'policy'
  const file = isFile ? new ModelFile(save, saves, run, onWarning) : null
  await file?.check()
  return onModel !== undefined && saves === 'model' ? new ModelInMemory(run, onModel, file) : file
}

function warn(message: string): void {
  process.emitWarning(message, 'DeepBsdeWarning')
}

function referenceFor(definition: Page, compiled: Compiled, region: string | undefined): Reference | null {
  const at = region === undefined ? compiled.x0 : centreOf(parseRegion(region, compiled.dim))
  return referenceOf(definition, compiled, at)
}

function checkSession(options: SolveOptions): {
  workers: number
  kernel: KernelName | null
  memoryLimit: number
} {
  const most = Math.max(64, availableParallelism())
  const workers = options.workers ?? availableParallelism()
  if (!Number.isInteger(workers) || workers < 1 || workers > most) {
    throw new UserError(
      `workers must be an integer from 1 to ${most}, got ${workers}. Use --workers ${availableParallelism()}.`,
    )
  }
  const { kernel, confidence } = options
  if (kernel && !supportedKernels().includes(kernel)) {
    throw new UserError(`kernel must be one of ${supportedKernels().join(', ')} on this Node, got ${kernel}.`)
  }
  if (confidence !== undefined && !(confidence > 0 && confidence < 1)) {
    throw new UserError(`confidence must be between 0 and 1, got ${confidence}. Use --confidence 0.95.`)
  }
  requireMachine(workers)
  return {
    workers,
    kernel: kernel ?? null,
    memoryLimit: options.memoryLimit ?? defaultMemoryLimit(workers),
  }
}
