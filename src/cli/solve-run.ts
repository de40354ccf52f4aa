/** What `deepbsde solve` does: reads the problem, shows the run, prints the solution. */
import { DivergenceError } from '../errors.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { findProblem } from '../problem/find.ts'
import { applySettings } from '../problem/settings.ts'
import type { Solution } from '../solution/solution.ts'
import { packageVersion } from '../version.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { reportFailure } from './failure.ts'
import { Interruption } from './interruption.ts'
import { preparePictures } from './pictures.ts'
import { createProgress } from './progress.ts'
import type { SolveFlags } from './solve.ts'
import { terminalOf } from './terminal.ts'

/** @returns the exit code. @throws whatever `solve` throws, but for a divergence. */
export async function runSolve(argument: string, flags: SolveFlags): Promise<number> {
  const definition = await findProblem(argument)
  const { set = [], network, memory, ...options } = flags
  const settings = applySettings(definition, set)
  const writePictures = await preparePictures(flags)
  const log = await openLog(flags, definition)
  const progress = createProgress(terminalOf(process.stderr), definition.id, flags.quiet ?? false)
  const interruption = new Interruption(() =>
    progress.note('stopping after this iteration; once more ends at once'),
  )
  try {
    const { solve } = await import('../solve.ts')
    const solution = await solve(definition, {
      ...options,
      settings,
      samples: flags.report !== undefined,
      family: network,
      memoryLimit: memory === undefined ? undefined : memory * 2 ** 20,
      signal: interruption.signal,
      onProgress: (event) => {
        progress.show(event)
        log?.progress(event)
      },
    })
    progress.close()
    log?.finish(solution)
    await printSolution(solution, definition, flags)
    await writePictures?.(solution, definition)
    if (interruption.received !== null) return exitCodeOf(interruption.received)
    return solution.status === 'unconverged' ? EXIT.unreliable : EXIT.done
  } catch (error) {
    progress.close()
    log?.fail(error)
    if (!(error instanceof DivergenceError)) throw error
    if (flags.json) printJson(divergenceForm(error, definition, flags, settings))
    return reportFailure(error, flags.debug ?? false, definition.id)
  } finally {
    interruption.close()
    log?.close()
  }
}

async function openLog(flags: SolveFlags, definition: ProblemDefinition) {
  if (flags.log === undefined) return null
  const { openRunLog } = await import('../logging/run-log.ts')
  const { log, json, report, plot, quiet, debug, history, ...choices } = flags
  return openRunLog(log!, { problem: definition.id, version: packageVersion(), choices })
}

async function printSolution(
  solution: Solution,
  definition: ProblemDefinition,
  flags: SolveFlags,
): Promise<void> {
  if (flags.json) {
    const { history, samples, ...form } = solution
    printJson(flags.history ? { ...form, history } : form)
    return
  }
  const { colors, isTerminal, width } = terminalOf(process.stdout)
  const { renderReport } = await import('../solution/report.ts')
  process.stdout.write(`${renderReport(solution, definition, colors, isTerminal ? width() : undefined)}\n`)
  if (flags.plot === false || !isTerminal) return
  const { renderConvergence } = await import('../solution/report-chart.ts')
  const chart = renderConvergence(solution, width(), colors)
  if (chart !== null) process.stdout.write(`\n${chart}\n`)
}

/** Numbers round-trip; what is not finite becomes null. */
function printJson(form: object): void {
  process.stdout.write(`${JSON.stringify(form)}\n`)
}

/** In the place of a solution's form, with its names where there is something to say. */
function divergenceForm(
  { message, iteration, step, path }: DivergenceError,
  definition: ProblemDefinition,
  flags: SolveFlags,
  settings: Solution['settings'],
) {
  return {
    problem: definition.id,
    settings,
    method: flags.method ?? 'deep-bsde',
    status: 'diverged',
    value: null,
    standardError: null,
    divergence: { message, iteration, step, path },
    seed: flags.seed ?? 1,
    version: packageVersion(),
  }
}
