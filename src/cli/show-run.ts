/** What every command that runs a solver has in common: progress, log, signals, and how its solution is shown. */

import type { SolveOptions } from '../entry/solve.ts'
import { DivergenceError } from '../errors/errors.ts'
import { checkOutputs, type Input, outputsOf } from '../files/outputs.ts'
import type { Page } from '../page/page.ts'
import type { Solution } from '../solution/solution.ts'
import { packageVersion } from '../solution/version.ts'
import { printable } from '../text/printable.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { reportFailure } from './failure.ts'
import { Interruption } from './interruption.ts'
import { type PictureFlags, preparePictures } from './pictures.ts'
import { print, say } from './print.ts'
import { createProgress } from './progress.ts'
import { terminalOf } from './terminal.ts'

export interface ShowFlags extends PictureFlags {
  /** Path of a model or policy. */
  save?: string
  json?: boolean
  history?: boolean
  log?: string
  quiet?: boolean
  debug?: boolean
}

/** What is run, for the log and for the form of a run that diverged. */
export interface ShownRun {
  definition: Page
  settings: Solution['settings']
  method: string
  seed: number
  /** Where its state is kept. */
  checkpoint: string | undefined
  choices: object
  /** What the command read: no output may destroy it. */
  inputs: Input[]
}

/** How a run is followed and stopped. */
export type Hooks = Required<Pick<SolveOptions, 'signal' | 'onProgress' | 'onIterations' | 'onWarning'>>

/** @returns the exit code. @throws whatever `solve` throws, but for a divergence. */
export async function showRun(
  shown: ShownRun,
  flags: ShowFlags,
  solve: (hooks: Hooks) => Promise<Solution>,
): Promise<number> {
  const { definition, checkpoint, inputs } = shown
  checkOutputs(outputsOf({ ...flags, checkpoint }, 'log', 'report', 'plot', 'checkpoint', 'save'), inputs)
  const pictures = await preparePictures(flags)
  const log = await openLog(flags, shown)
  const progress = createProgress(terminalOf(process.stderr), definition.id, flags.quiet ?? false)
  const interruption = new Interruption(() =>
    progress.note('stopping after this iteration; once more ends at once'),
  )
  let isLost = false
  const warn = (text: string, kind?: 'lost') => {
    progress.close()
    say(`deepbsde: ${printable(text)}\n`)
    isLost ||= kind === 'lost'
  }
  try {
    const solution = await solve({
      signal: interruption.signal,
      onProgress: (event) => progress.show(event),
      onIterations: (records) => log?.iterations(records),
      onWarning: warn,
    })
    progress.close()
    log?.finish(solution)
    await printSolution(solution, definition, flags)
    for (const write of pictures) {
      await write(solution, definition).catch((error) => {
        reportFailure(error, flags.debug ?? false)
        isLost = true
      })
    }
    if (interruption.received !== null && checkpoint !== undefined && !flags.quiet)
      warn(`go on with: deepbsde resume ${checkpoint}`)
    if (isLost || log?.isBroken) return EXIT.failed
    if (interruption.received !== null) return exitCodeOf(interruption.received)
    return solution.status === 'unconverged' ? EXIT.unreliable : EXIT.done
  } catch (error) {
    progress.close()
    log?.fail(error)
    if (!(error instanceof DivergenceError)) throw error
    if (flags.json) printJson(divergenceForm(error, shown))
    return reportFailure(error, flags.debug ?? false, definition.id)
  } finally {
    interruption.close()
    log?.close()
  }
}

async function openLog({ log }: ShowFlags, { definition, choices }: ShownRun) {
  if (log === undefined) return null
  const { openRunLog } = await import('../logging/run-log.ts')
  return openRunLog(log, { problem: definition.id, version: packageVersion(), choices })
}

async function printSolution(solution: Solution, definition: Page, flags: ShowFlags): Promise<void> {
  if (flags.json) {
    const { history, samples, ...form } = solution
    printJson(flags.history ? { ...form, history } : form)
    return
  }
  const { colors, isTerminal, width } = terminalOf(process.stdout)
  const { renderReport } = await import('../solution/report.ts')
  print(`${renderReport(solution, definition, colors, isTerminal ? width() : undefined)}\n`)
  if (flags.plot === false || !isTerminal) return
  const { renderConvergence } = await import('../solution/report-chart.ts')
  const chart = renderConvergence(solution, width(), colors)
  if (chart !== null) print(`\n${chart}\n`)
}

/** Numbers round-trip; what is not finite becomes null. */
function printJson(form: object): void {
  print(`${JSON.stringify(form)}\n`)
}

/** In the place of a solution's form, with its names where there is something to say. */
function divergenceForm(
  { message, iteration, step, path }: DivergenceError,
  { definition, settings, method, seed }: ShownRun,
) {
  return {
    problem: definition.id,
    settings,
    method,
    status: 'diverged',
    value: null,
    standardError: null,
    divergence: { message, iteration, step, path },
    seed,
    version: packageVersion(),
  }
}
