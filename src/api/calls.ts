/** What programs call: the engine, with paths of pages taken, unknown options refused, and messages that speak of options. */

import type { ControlDefinition } from '../control/definition.ts'
import { type BothWays, solveBothWays as runBothWays } from '../entry/both.ts'
import { type ResumeOptions, resume as runResume } from '../entry/resume.ts'
import { solve as runSolve, type SolveOptions } from '../entry/solve.ts'
import { UserError } from '../errors/errors.ts'
import type { ProblemId } from '../options/ids.ts'
import { findPage } from '../page/catalog.ts'
import { hasPart, type Page } from '../page/page.ts'
import { loadPage } from '../page/reader.ts'
import { isPagePath } from '../problem/page-file.ts'
import { type EnsembleOptions, solveEnsemble as runEnsemble } from '../runs/ensemble.ts'
import type { Solution } from '../solution/solution.ts'
import { sweep as runSweep, type Sweep, type SweepOptions } from '../sweeps/sweep.ts'
import { inWordsOfCode, refuseUnknown } from './words.ts'

/** What may be left out of a page of one's own. */
type Loose<P> = Omit<P, 'id' | 'title' | 'source' | 'group'> &
  Partial<
    Pick<
      P & { id: string; title: string; source: string; group: string },
      'id' | 'title' | 'source' | 'group'
    >
  >

/** A page as a program writes it: id, title, source and group are optional, as they are in a file. */
export type OwnPage = Loose<Page>

/** The id of a built-in problem, the path of a page (.yaml, .json, .ts, .js), or a page. */
export type ProblemName = ProblemId | (string & {})

/**
 * u(0, x0) with its statistical error and the gradient ∇u(0, x0); of a control problem or a right to stop, its value.
 *
 * The same problem, settings, options and seed give the same bits on the same kernel, for any number of workers.
 *
 * @param problem the id of a built-in problem, the path of a page (.yaml, .json, .ts, .js), or a page
 * @param options every one of them has a default
 * @throws UserError for input that a person can mend, before any work starts: an unknown option too, with the nearest
 * @throws DivergenceError when loss or state stop being finite, with iteration, step and path
 */
export function solve(problem: ProblemName | OwnPage, options: SolveOptions = {}): Promise<Solution> {
  return inWordsOfCode(async () => {
    await refuseUnknown(options)
    return runSolve(await pageOf(problem), options)
  })
}

/**
 * One run for each seed, several side by side. Fewer runs come back where `signal` ended it.
 *
 * @param problem as `solve` takes it
 * @param onRun told of each run as it ends, in whatever order they do
 * @throws DivergenceError, UserError of the first run that came to nothing
 */
export function solveEnsemble(
  problem: ProblemName | OwnPage,
  seeds: readonly number[],
  options: EnsembleOptions = {},
  onRun: (solution: Solution) => void = () => {},
): Promise<Solution[]> {
  return inWordsOfCode(async () => {
    await refuseUnknown(options, ['atOnce'])
    return runEnsemble(await pageOf(problem), seeds, options, onRun)
  })
}

/**
 * Every combination of the varied settings, or every case, as one run; each is to the last bit what `solve` gives at those
 * settings. A run that comes to nothing is a row that says why, and the others go on.
 *
 * @param problem as `solve` takes it
 * @throws UserError for settings that the page does not have and options that are refused, before any work starts
 */
export function sweep(problem: ProblemName | OwnPage, options: SweepOptions = {}): Promise<Sweep> {
  return inWordsOfCode(async () => {
    await refuseUnknown(options, ['vary', 'cases', 'seeds', 'journal', 'atOnce', 'onRow'])
    return runSweep(await pageOf(problem), options)
  })
}

/**
 * A control problem by its policy and by its Bellman equation, and the gap between them.
 *
 * @param problem as `solve` takes it
 * @throws UserError where the problem has no Bellman equation at hand, before any training
 */
export function solveBothWays(
  problem: ProblemName | ControlDefinition,
  options: SolveOptions = {},
): Promise<BothWays> {
  return inWordsOfCode(async () => {
    await refuseUnknown(options)
    const page = typeof problem === 'string' ? await controlPageOf(problem) : problem
    return runBothWays(page, options)
  })
}

/**
 * The solution of the run that `path` is a checkpoint of, to the last bit that of the run had it not been interrupted, with any
 * number of workers. Goes on keeping checkpoints in the same file.
 *
 * @throws UserError for a file that is no checkpoint, not whole, or of a version that does not fit; the file is untouched
 * @throws DivergenceError as `solve`
 */
export function resume(path: string, options: ResumeOptions = {}): Promise<Solution> {
  return inWordsOfCode(async () => {
    await refuseUnknown(options)
    return runResume(path, options)
  })
}

/** A page by its path; anything else stays as it is. */
async function pageOf(problem: string | OwnPage): Promise<string | Page> {
  if (typeof problem === 'string') return isPagePath(problem) ? loadPage(problem) : problem
  // What is missing is filled where the page is checked.
  if (typeof problem === 'object' && problem !== null) return problem as Page
  throw new UserError(
    `a problem is the id of a built-in one, the path of a page, or a page, got ${String(problem).slice(0, 60)}. Use solve('hjb-lq').`,
  )
}

async function controlPageOf(problem: string): Promise<ControlDefinition> {
  const page = await findPage(problem)
  if (hasPart(page, 'control')) return page
  throw new UserError(
    `'${problem.slice(0, 64)}' is no control problem. 'deepbsde list control' shows the built-in ones.`,
  )
}
