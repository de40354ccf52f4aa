/** `deepbsde simulate` of a stopping rule: when and where it stopped each path, and what that paid. */
import { UserError } from '../errors/errors.ts'
import { loadRule } from '../methods/stopping/rule-file.ts'
import { spreadLines, spreadsOf, stoppedForm, stoppedLines } from '../methods/stopping/stopped.ts'
import type { StoppedPaths } from '../solution/learned-rule.ts'
import { EXIT } from './exit-codes.ts'
import { say } from './print.ts'
import { csvUnlessAsked, deliver, deliverLines } from './rows.ts'
import type { SimulateFlags } from './simulate-flags.ts'
import { pointsOf, refuseTooMany } from './start-points.ts'

/** Numbers of a line beside the state. */
const BESIDE = 4

/** @returns the exit code. @throws UserError */
export async function runSimulateRule(path: string, flags: SimulateFlags): Promise<number> {
  const { paths, seed, set, quantiles } = flags
  const rows = csvUnlessAsked(flags, path)
  refuseForeign(flags)
  const rule = await loadRule(path, set)
  const { problem } = rule.trained
  refuseTooMany(paths, problem.dim + BESIDE)
  const stopped = rule.simulate(paths, seed, await pointsOf(flags, problem.x0))
  if (rows.format === 'json') await deliver(JSON.stringify(stoppedForm(problem, stopped)), rows)
  else if (quantiles) await deliverLines(spreadLines(spreadsOf(problem.dim, stopped)), rows)
  else await deliverLines(stoppedLines(problem.dim, stopped), rows)
  return codeOf(stopped)
}

/** @throws UserError for what only policies know */
function refuseForeign({ noise, report, plot, phase }: SimulateFlags): void {
  const given = { '--noise': noise !== 1, '--report': report, '--plot': plot, '--phase': phase }
  const foreign = Object.entries(given).find(([, value]) => value)
  if (foreign === undefined) return
  throw new UserError(`${foreign[0]} is for policies, this is a rule of a right to stop. Leave it out.`)
}

/** Says where paths have left the numbers: a formula outside its domain, or a state that ran away. */
function codeOf({ worth, paths }: StoppedPaths): number {
  const first = worth.findIndex((value) => !Number.isFinite(value))
  if (first < 0) return EXIT.done
  const lost = worth.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0)
  say(
    `deepbsde: ${lost} of ${paths} paths are paid no finite number, the first is path ${first + 1}. Try another --x0, or fit with more --steps.\n`,
  )
  return EXIT.unreliable
}
