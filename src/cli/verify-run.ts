/** What `deepbsde verify` does: finds its cases, runs them, and prints their table. */
import { UserError } from '../errors/errors.ts'
import type { Input } from '../files/outputs.ts'
import { listProblems } from '../page/catalog.ts'
import { hasPart } from '../page/page.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { isPagePath } from '../problem/page-file.ts'
import { formatDuration, formatPercent } from '../solution/format.ts'
import { type CaseSet, casesOf, type VerifyCase } from '../verify/cases.ts'
import { type CaseResult, caseTask, isFailure, withReference } from '../verify/run-case.ts'
import { choicesText, narrowed, verifyTable } from '../verify/table.ts'
import { findUncontrolled } from './equation.ts'
import { EXIT, exitCodeOf, type StopSignal } from './exit-codes.ts'
import { type ManyFlags, runManyShown } from './many.ts'
import type { RowFlags } from './row-flags.ts'
import { deliver, rowsOf, rowsText } from './rows.ts'
import { terminalOf } from './terminal.ts'

export interface VerifyFlags extends ManyFlags, RowFlags {
  quick?: boolean
  nightly?: boolean
  seeds?: number
  debug?: boolean
}

/** @returns the exit code. @throws UserError before any work starts. */
export async function runVerify(names: string[], flags: VerifyFlags): Promise<number> {
  const output = rowsOf(flags, pagesOf(names))
  const set = setOf(flags)
  const chosen = names.length > 0 ? [...new Set(names)] : await ownProblems(set)
  const pages = new Map<string, ProblemDefinition>()
  for (const name of chosen) pages.set(name, await findUncontrolled('verify', name))
  const cases = casesOf(set, chosen, (name) => {
    const page = pages.get(name)!
    return { dim: page.settings.dim, isStopping: hasPart(page, 'stopping') }
  })
  const startedAt = performance.now()
  const { results, received } = await runCases(cases, pages, flags)
  const table = verifyTable(results, output.isForPrograms ? 'programs' : 'people')
  const { isTerminal, width } = terminalOf(process.stdout)
  const isText = output.format === 'table'
  const shown = isText && isTerminal && output.out === undefined ? narrowed(table, width()) : table
  const summary = isText ? `\n\n${summaryOf(results, performance.now() - startedAt)}` : ''
  await deliver(`${rowsText(shown, output)}${summary}`, output)
  if (received !== null) return exitCodeOf(received)
  return results.some(({ verdict }) => isFailure(verdict)) ? EXIT.failed : EXIT.done
}

/** Rights to stop, which take a minute each, by night. */
async function ownProblems(set: CaseSet): Promise<string[]> {
  return [...(await listProblems()), ...(set === 'nightly' ? await listProblems('stopping') : [])]
}

/** Every case with every seed, until one is told to stop. */
async function runCases(
  cases: VerifyCase[],
  pages: ReadonlyMap<string, ProblemDefinition>,
  { seeds = 1, ...flags }: VerifyFlags,
): Promise<{ results: CaseResult[]; received: StopSignal | null }> {
  const runs = cases.flatMap((verifyCase) =>
    Array.from({ length: seeds }, (_, k) => ({
      verifyCase,
      page: pages.get(verifyCase.problem)!,
      seed: k + 1,
    })),
  )
  const { rows, received } = await runManyShown(
    {
      what: 'verify',
      tasks: runs.map(({ verifyCase, page, seed }) => caseTask(verifyCase, page, seed)),
      labels: runs.map(({ verifyCase }) => nameOf(verifyCase)),
      lineOf: (result) =>
        `${nameOf(result.case)}${seeds > 1 ? ` seed ${result.seed}` : ''}: ${outcomeOf(result)}`,
      isTimed: true,
    },
    flags,
  )
  const results = await Promise.all(rows.map((row) => withReference(row, pages.get(row.case.problem)!)))
  return { results, received }
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
