/** From the flags of `solve` to settings, points and the engine's options: the same for equations and control problems. */

import type { SolveOptions } from '../entry/solve.ts'
import { UserError } from '../errors/errors.ts'
import type { Input } from '../files/outputs.ts'
import type { Page } from '../page/page.ts'
import type { Settings } from '../problem/definition.ts'
import { applySettings, overrideSettings } from '../problem/settings.ts'
import { pointsFrom, pointsOfFile } from './point.ts'
import type { ShowFlags } from './show-run.ts'

export interface SolveFlags
  extends ShowFlags,
    Omit<
      SolveOptions,
      | 'settings'
      | 'memoryLimit'
      | 'signal'
      | 'onProgress'
      | 'onIterations'
      | 'onWarning'
      | 'checkpointEveryMs'
    > {
  set?: string[]
  at?: string[]
  /** Path of a file of points. */
  atFile?: string
  seeds?: number[]
  /** Runs side by side. */
  atOnce?: number
  queue?: string | true
  queuePrefix?: string
  run?: string
  /** A control problem both ways. */
  both?: boolean
  /** Megabytes. */
  memory?: number
  /** Milliseconds. */
  every?: number
}

export interface Starts {
  /** With the x0 of the one `--at`, where there is one. */
  settings: Settings
  /** Several points, or one of a region; empty otherwise. */
  points: number[][]
}

/** @throws UserError for a setting or a point that does not fit, and for two that say where to start */
export async function startsOf(
  definition: Page,
  { set = [], at = [], atFile, region }: SolveFlags,
): Promise<Starts> {
  const settings = applySettings(definition, set)
  if (at.length === 0 && atFile === undefined) return { settings, points: [] }
  if (set.some((assignment) => /^\s*x0\s*=/.test(assignment))) {
    throw new UserError('--at and --set x0 both say where to start. Leave one of them out.')
  }
  const points = at.flatMap((text) => pointsFrom('--at', text, settings.dim))
  if (atFile !== undefined) points.push(...(await pointsOfFile(atFile, settings.dim)))
  if (points.length > 1 || region !== undefined) return { settings, points }
  return { settings: overrideSettings(definition, { ...settings, x0: points[0] }), points: [] }
}

/** What is read: no output may destroy it. */
export function inputsOf(page: string, { atFile }: SolveFlags): Input[] {
  const points = atFile === undefined ? [] : [{ what: 'the file of points', path: atFile }]
  return [{ what: 'the page', path: page }, ...points]
}

/** What the engine is told of the flags. */
export function solveOptionsOf(flags: SolveFlags, settings: Settings): SolveOptions {
  const {
    set,
    at,
    atFile,
    seeds,
    atOnce,
    queue,
    queuePrefix,
    run,
    both,
    memory,
    every,
    log,
    json,
    plot,
    quiet,
    debug,
    history,
    ...own
  } = flags
  const { report, format, out, csv, markdown, plotData, ...options } = own
  return {
    ...options,
    settings,
    samples: report !== undefined,
    memoryLimit: memory === undefined ? undefined : memory * 2 ** 20,
    checkpointEveryMs: every,
  }
}

/** @throws UserError for what belongs to one run, and for what a table of several has no room for */
export function refuseTogether(flags: SolveFlags, many: '--seeds' | '--at'): void {
  const { seed, seeds, both, queue, checkpoint, save, report, log, history, plot } = flags
  const { region, secondOpinion, hessian, hessianAlong } = flags
  const [own, ownWide] = many === '--at' ? [{ seeds, both, queue }, {}] : [{ seed }, { region }]
  const drawn = many === '--at' ? {} : { plot: plot || undefined }
  // The training that points share over a region is one run.
  const saved = many === '--at' && region !== undefined ? {} : { save }
  const [name] = givenOf({ ...own, checkpoint, ...saved, report, log, history, ...drawn })
  if (name !== undefined) throw new UserError(`${name} is for one run. Leave out ${name} or ${many}.`)
  const isJson = flags.json === true || flags.format === 'json'
  const further = { 'second-opinion': secondOpinion, hessian, 'hessian-along': hessianAlong }
  const [wide] = isJson ? [] : givenOf({ ...ownWide, ...further })
  if (wide === undefined) return
  throw new UserError(
    `the table of several runs has no room for ${wide}, the JSON has. Add --json, or leave out ${wide} or ${many}.`,
  )
}

/** @throws UserError for what belongs to several runs, or to a queue */
export function refuseAlone({ atOnce, queue, queuePrefix, run }: SolveFlags): void {
  if (atOnce !== undefined)
    throw new UserError('--at-once is for several runs. Add --seeds, or leave it out.')
  const [name] = givenOf({ 'queue-prefix': queuePrefix, run })
  if (queue === undefined && name !== undefined) {
    throw new UserError(`${name} is for a queue. Add --queue, or leave it out.`)
  }
}

/** Names of the flags that are given. */
function givenOf(values: Record<string, unknown>): string[] {
  return Object.keys(values).flatMap((name) => (values[name] === undefined ? [] : [`--${name}`]))
}
