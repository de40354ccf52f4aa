/** One run of many as text and numbers: a page, the settings that it is solved at, and the choices of the run. */

import { constantsOf } from '../control/definition.ts'
import { type EngineOptions, solve } from '../entry/solve.ts'
import { UserError } from '../errors/errors.ts'
import { chooseKernel } from '../kernels/loader.ts'
import type { MachineOptions } from '../methods/session.ts'
import { builtIn } from '../page/catalog.ts'
import { hasPart, type Page } from '../page/page.ts'
import type { Settings, SettingValue } from '../problem/definition.ts'
import { overrideSettings } from '../problem/settings.ts'
import type { Progress } from '../solution/solution.ts'
import { packageVersion } from '../solution/version.ts'
import { canonical, digestOf } from './canonical.ts'
import { answered, type Outcome, outcomeOfError } from './outcome.ts'
import { Trainings } from './trainings.ts'

type Files = 'checkpoint' | 'checkpointEveryMs' | 'save' | 'shareRounds'
/** What a job is run on, with what runs on it share. */
export type JobMachine = Pick<EngineOptions, 'workers' | 'memoryLimit' | 'watchdogMs' | 'threads'> & {
  trainings?: Trainings
}
type Hooks = 'onProgress' | 'onIterations' | 'onWarning' | 'onModel'

/** The choices of a run that its result depends on, and whether it keeps samples. */
export type JobOptions = Omit<EngineOptions, keyof MachineOptions | 'threads' | 'settings' | Files | Hooks>

export interface RunJob {
  page: Page
  /** What the page's own settings are replaced by. */
  settings: Readonly<Record<string, SettingValue>>
  options: JobOptions
}

/** What options of a run are its job's: not the machine's, and no files. */
export function jobOptionsOf(options: EngineOptions): JobOptions {
  const {
    settings,
    checkpoint,
    checkpointEveryMs,
    save,
    shareRounds,
    onProgress,
    onIterations,
    onWarning,
    onModel,
    ...rest
  } = options
  const { workers, memoryLimit, signal, watchdogMs, threads, ...own } = rest
  return own
}

/** How a run is followed and stopped. */
export interface RunHooks {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** What became of a run, on this machine; null where it was asked to stop. */
export async function solveJob(
  job: RunJob,
  { trainings, ...machine }: JobMachine,
  { signal, onProgress }: RunHooks,
): Promise<Outcome | null> {
  const startedAt = performance.now()
  try {
    const { page, settings } = job
    const options = { ...job.options, ...machine, settings: { ...settings }, signal, onProgress }
    const solution = isPointOfRegion(job)
      ? await (trainings ?? new Trainings()).answer(trainingKeyOf(job), page, settings, options)
      : await solve(page, options)
    return solution === null || solution.status === 'stopped' || signal?.aborted ? null : answered(solution)
  } catch (error) {
    if (signal?.aborted) return null
    return outcomeOfError(error, performance.now() - startedAt)
  }
}

/** Whether the run asks at a point of a region: all such points share one training. */
export function isPointOfRegion({ settings, options }: Pick<RunJob, 'settings' | 'options'>): boolean {
  return options.region !== undefined && settings.x0 !== undefined
}

/** Of all that the training depends on: of everything but where it is asked. */
function trainingKeyOf({ settings: { x0: _, ...settings }, ...job }: RunJob): string {
  return keyOf({ ...job, settings })
}

/** The page of a built-in problem by its id, any other as data. */
export type PortablePage = { builtIn: string } | { page: object }

/**
 * The page as text and numbers.
 * @throws UserError where it holds code that a result would be told by
 */
export async function portablePage(page: Page, settings: RunJob['settings']): Promise<PortablePage> {
  if ((await builtIn(page.id)) === page) return { builtIn: page.id }
  if (typeof page.reference === 'function') {
    throw new UserError(
      `${page.id}: its reference is a function, which cannot be sent. Give it as a value, or run without --queue.`,
    )
  }
  if (!hasPart(page, 'control')) return { page }
  const constants = constantsOf(page, overrideSettings(page, settings) as Settings)
  return { page: { ...page, constants } }
}

/** Everything that the run's result depends on, as 32 digits: what is done under this key need not be done again. */
export function keyOf({ page, settings, options }: RunJob): string {
  const { samples: _, kernel = chooseKernel(), ...choices } = options
  const formulas = { ...page, reference: typeof page.reference === 'function' ? 'function' : page.reference }
  return digestOf(
    canonical({
      page: formulas,
      settings: overrideSettings(page, settings),
      options: { ...choices, kernel },
      version: packageVersion(),
    }),
  )
}
