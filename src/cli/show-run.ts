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
import type { RowFlags } from './row-flags.ts'
import { deliver, type Rows, rowsOf } from './rows.ts'
import { NO_COLORS, terminalOf } from './terminal.ts'

export interface ShowFlags extends PictureFlags, RowFlags {
  /** Path of a model or policy. */
  save?: string
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
  const rows = rowsOf(flags, inputs)
  checkOutputs(
    outputsOf(
      { ...flags, checkpoint, 'plot-data': flags.plotData },
      'out',
      'log',
      'report',
      'plot',
      'plot-data',
      'checkpoint',
      'save',
    ),
    inputs,
  )
  const pictures = await preparePictures(flags, inputs.find(({ what }) => what === 'the page')?.path)
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
    await printSolution(solution, definition, flags, rows)
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
    if (rows.format === 'json') await deliver(JSON.stringify(divergenceForm(error, shown)), rows)
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

async function printSolution(
  solution: Solution,
  definition: Page,
  flags: ShowFlags,
  rows: Rows,
): Promise<void> {
  if (rows.format === 'json') {
    const { history, samples, ...form } = solution
    // Numbers round-trip; what is not finite becomes null.
    await deliver(JSON.stringify(flags.history ? { ...form, history } : form), rows)
    return
  }
  if (rows.format !== 'table') {
    const { solutionText } = await import('./solution-rows.ts')
    await deliver(solutionText([{ names: { problem: solution.problem }, solution }], rows), rows)
    return
  }
  const { colors, isTerminal, width } = terminalOf(process.stdout)
  const { renderReport } = await import('../solution/report.ts')
  if (rows.out !== undefined) {
    await deliver(renderReport(solution, definition, NO_COLORS), rows)
    return
  }
  print(`${renderReport(solution, definition, colors, isTerminal ? width() : undefined)}\n`)
  if (flags.plot === false || !isTerminal) return
  const { renderConvergence } = await import('../solution/report-chart.ts')
  const chart = renderConvergence(solution, width(), colors)
  if (chart !== null) print(`\n${chart}\n`)
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
