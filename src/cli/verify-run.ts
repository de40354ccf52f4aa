/** What `deepbsde verify` does: finds its cases, runs them one after another, and prints their table. */
import { UserError } from '../errors/errors.ts'
import type { Input } from '../files/outputs.ts'
import { listProblems } from '../problem/catalog.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { isPagePath } from '../problem/page-file.ts'
import { formatDuration, formatPercent } from '../solution/format.ts'
import { type CaseSet, casesOf, type VerifyCase } from '../verify/cases.ts'
import { type CaseResult, isFailure, runCase } from '../verify/run-case.ts'
import { choicesText, narrowed, verifyTable } from '../verify/table.ts'
import { findEquation } from './equation.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { Interruption } from './interruption.ts'
import { say } from './print.ts'
import { createProgress } from './progress.ts'
import type { RowFlags } from './row-flags.ts'
import { deliver, rowsOf, rowsText } from './rows.ts'
import { type Terminal, terminalOf } from './terminal.ts'

export interface VerifyFlags extends RowFlags {
  quick?: boolean
  nightly?: boolean
  seeds?: number
  workers?: number
  quiet?: boolean
  debug?: boolean
}

/** @returns the exit code. @throws UserError before any work starts. */
export async function runVerify(names: string[], flags: VerifyFlags): Promise<number> {
  const rows = rowsOf(flags, pagesOf(names))
  const set = setOf(flags)
  const chosen = names.length > 0 ? [...new Set(names)] : await listProblems()
  const pages = new Map<string, ProblemDefinition>()
  for (const name of chosen) pages.set(name, await findEquation('verify', name))
  const cases = casesOf(set, chosen, (name) => pages.get(name)!.settings.dim)
  const stderr = terminalOf(process.stderr)
  const interruption = new Interruption(() => say('stopping; once more ends at once\n'))
  const startedAt = performance.now()
  try {
    const results = await runCases(cases, pages, flags, stderr, interruption.signal)
    const table = verifyTable(results, rows.isForPrograms ? 'programs' : 'people')
    const { isTerminal, width } = terminalOf(process.stdout)
    const isText = rows.format === 'table'
    const shown = isText && isTerminal ? narrowed(table, width()) : table
    const summary = isText ? `\n\n${summaryOf(results, performance.now() - startedAt)}` : ''
    await deliver(`${rowsText(shown, rows)}${summary}`, rows)
    if (interruption.received !== null) return exitCodeOf(interruption.received)
    return results.some(({ verdict }) => isFailure(verdict)) ? EXIT.failed : EXIT.done
  } finally {
    interruption.close()
  }
}

/** Every case with every seed, until one is told to stop. */
async function runCases(
  cases: VerifyCase[],
  pages: ReadonlyMap<string, ProblemDefinition>,
  { seeds = 1, workers, quiet = false }: VerifyFlags,
  stderr: Terminal,
  signal: AbortSignal,
): Promise<CaseResult[]> {
  const results: CaseResult[] = []
  const count = cases.length * seeds
  for (const verifyCase of cases) {
    for (let seed = 1; seed <= seeds; seed++) {
      const label = `${results.length + 1}/${count} ${nameOf(verifyCase)}`
      const progress = createProgress(stderr, label, quiet)
      const result = await runCase(verifyCase, pages.get(verifyCase.problem)!, seed, {
        ...(workers !== undefined && { workers }),
        signal,
        onProgress: (event) => progress.show(event),
      }).finally(() => progress.close())
      if (result === null) return results
      results.push(result)
      progress.note(`${label}${seeds > 1 ? ` seed ${seed}` : ''}: ${outcomeOf(result)}`)
    }
  }
  return results
}

/** Pages among what is named: no file of rows may destroy one. */
function pagesOf(names: readonly string[]): Input[] {
  return names.filter(isPagePath).map((path) => ({ what: 'a page', path }))
}

function setOf({ quick, nightly }: VerifyFlags): CaseSet {
  if (quick && nightly) throw new UserError('verify: either --quick or --nightly, got both. Leave one out.')
  if (quick) return 'quick'
  return nightly ? 'nightly' : 'usual'
}

function nameOf({ problem, settings }: VerifyCase): string {
  return `${problem} ${choicesText(settings, {})}`.trim()
}

function outcomeOf({ solution, reference, verdict, reason, elapsedMs }: CaseResult): string {
  const time = formatDuration(elapsedMs)
  if (solution === null) return `${verdict} after ${time}: ${reason}`
  const { relativeError } = solution
  const error = reference === null || relativeError === null ? '' : `, error ${formatPercent(relativeError)}`
  return `${verdict}${error}, ${time}${reason === null ? '' : `: ${reason}`}`
}

function summaryOf(results: readonly CaseResult[], elapsedMs: number): string {
  const failed = results.filter(({ verdict }) => isFailure(verdict))
  const without = results.filter(({ verdict }) => verdict === 'no reference')
  const compared = results.length - without.length
  return [
    `${compared - failed.length} of ${compared} pass, in ${formatDuration(elapsedMs)}.`,
    ...(without.length === 0 ? [] : [`Without a reference: ${without.map(named).join(', ')}.`]),
    ...(failed.length === 0 ? [] : [`Failed: ${failed.map(named).join(', ')}.`]),
  ].join('\n')
}

function named(result: CaseResult): string {
  const settings = choicesText(result.case.settings, {})
  return settings === '' ? result.case.problem : `${result.case.problem} (${settings})`
}
