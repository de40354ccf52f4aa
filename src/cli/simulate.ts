/** `deepbsde simulate`: runs a saved policy on new paths. */
import { Command, Option } from 'commander'
import { UserError } from '../errors/errors.ts'
import type { Trajectories } from '../methods/policy/policy.ts'
import { each, integer, positive } from '../options/values.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { print, say } from './print.ts'
import { type RowFlags, rowOptions } from './row-flags.ts'
import { csvUnlessAsked, deliver, deliverLines } from './rows.ts'
import type { SimulateFlags } from './simulate-flags.ts'
import { pointsOf, refuseTooMany } from './start-points.ts'
import { terminalOf } from './terminal.ts'

export function simulateCommand(finish: (exitCode: number) => void): Command {
  const [format, out] = rowOptions()
  const command = new Command('simulate')
    .usage('<policy.dbsde|rule.dbsde> [options]')
    .summary('runs a saved policy or stopping rule on new paths')
    .description(
      'Trajectories of a saved policy (on a terminal their mean cost), or when and where a saved rule stopped each path and what it paid, as CSV, or quantiles.',
    )
    .argument('<file>')
    .helpOption('-h, --help', 'this help')
    .addOption(new Option('--paths <n>', 'paths').argParser(integer('--paths', 1, 1000)).default(1000))
    .addOption(new Option('--seed <n>', 'of the noise').argParser(integer('--seed', 0, 1)).default(1))
    .option('--x0 <list>', 'another starting point: 1,2, or one number for all')
    .option('--starts <file>', 'starting points of the paths in turn: a line of numbers each')
    .addOption(
      new Option('--set <name=value>', 'another plant: a setting changed after training; repeatable')
        .argParser(each)
        .default([], 'none'),
    )
    .addOption(
      new Option('--noise <factor>', 'what the random numbers are multiplied by; 0: none')
        .argParser(positive('--noise', '2', 'zero'))
        .default(1),
    )
    .option('--quantiles', 'mean and quantiles over the paths instead of the paths')
    .addOption(format)
    .addOption(out)
    .option('--json', 'short for --format json: one object with means and quantiles')
    .option('--report <out.html>', 'a page with bands of state, control and cost')
    .option('--plot <file.svg|png|pdf>', 'the same as one picture')
    .addOption(
      new Option('--phase <i,j>', 'the plane of two states too; of two states theirs').argParser(pairOf),
    )
    .option('--debug', 'with the stack of an error')
    .action(async (path: string, flags: SimulateFlags) => {
      finish(await runSimulate(path, flags))
    })
  return withHelp(command, {
    examples: [
      'deepbsde solve lqr --set dim=2 --save policy.dbsde',
      'deepbsde simulate policy.dbsde --paths 1000 > paths.csv',
      'deepbsde simulate policy.dbsde --noise 2 --quantiles',
      'deepbsde solve max-call --save rule.dbsde && deepbsde simulate rule.dbsde --json',
    ],
    usual: ['paths', 'x0', 'set', 'quantiles', 'out', 'report', 'plot'],
    exitCodes: '0 done, 1 failed, 2 wrong input, 3 some paths are not finite',
  })
}

/** @returns the exit code. @throws UserError */
async function runSimulate(path: string, flags: SimulateFlags): Promise<number> {
  const { kindOf } = await import('../checkpoint/kinds.ts')
  const { readStateFile } = await import('../checkpoint/file.ts')
  if (kindOf((await readStateFile(path)).description) === 'rule') {
    const { runSimulateRule } = await import('./simulate-rule.ts')
    return runSimulateRule(path, flags)
  }
  return runSimulatePolicy(path, flags)
}

async function runSimulatePolicy(
  path: string,
  { paths, seed, x0, starts, set, quantiles, noise, phase, ...flags }: SimulateFlags,
): Promise<number> {
  const rows = csvUnlessAsked(flags, path)
  const { report, plot } = flags
  const isDrawn = report !== undefined || plot !== undefined
  if (isDrawn) await checkPictures(path, flags)
  if (phase !== undefined && !isDrawn) {
    throw new UserError('--phase is drawn in a picture. Add --report or --plot, or leave it out.')
  }
  const { loadPolicy } = await import('../methods/policy/policy-file.ts')
  const { bandLines, bandsOf, csvLines, trajectoryForm } = await import('../methods/policy/trajectories.ts')
  const { underSettings } = await import('../methods/policy/what-if.ts')
  const policy = await underSettings(await loadPolicy(path), set)
  const { dim, controlDim } = policy.trained.problem
  const { steps } = policy.trained.options
  const beyond = phase?.find((component) => component >= dim)
  if (beyond !== undefined) {
    throw new UserError(`--phase takes two of the ${dim} states, got ${beyond + 1}. Use --phase 1,2.`)
  }
  refuseTooMany(paths, (steps + 1) * (dim + controlDim))
  const from = await pointsOf({ x0, starts }, policy.trained.problem.x0)
  const result = policy.simulate(paths, seed, from, noise)
  if (isDrawn) {
    const { summaryOf, writeSimulationPage, writeSimulationPlot } = await import('../report/simulation.ts')
    const options = { phase, ...changesOf(set, noise) }
    if (report !== undefined) await writeSimulationPage(policy, result, report, options)
    if (plot !== undefined) await writeSimulationPlot(policy, result, plot, options)
    if (rows.format !== 'json' && !quantiles) {
      print(`${summaryOf(policy, result, options)}\n`)
      return codeOf(result)
    }
  }
  if (isForReader(flags, quantiles)) {
    const { summaryOf } = await import('../report/simulation.ts')
    print(`${summaryOf(policy, result, changesOf(set, noise))}\n`)
    say('Every path: add > paths.csv. Mean and quantiles: --quantiles. Pictures: --report paths.html.\n')
  } else if (rows.format === 'json') await deliver(JSON.stringify(trajectoryForm(policy, result)), rows)
  else
    await deliverLines(
      quantiles ? bandLines(bandsOf(policy, result), result.times) : csvLines(policy, result),
      rows,
    )
  return codeOf(result)
}

/** Thousands of lines are for files and programs. */
function isForReader({ format, out, json }: RowFlags, quantiles: boolean | undefined): boolean {
  const isAsked = format !== undefined || out !== undefined || json || quantiles
  return !isAsked && terminalOf(process.stdout).isTerminal
}

/** What differs from the plant that the rule was trained for, in words. */
function changesOf(set: readonly string[], noise: number): { note?: string } {
  const changes = [...set, ...(noise === 1 ? [] : [`noise × ${noise}`])]
  return changes.length === 0 ? {} : { note: changes.join(', ') }
}

/** @throws UserError for pictures that could not be written, before any path is drawn */
async function checkPictures(
  policy: string,
  { report, plot }: Pick<SimulateFlags, 'report' | 'plot'>,
): Promise<void> {
  const { checkPlotPath } = await import('../report/write.ts')
  const { checkOutputs, outputsOf } = await import('../files/outputs.ts')
  if (plot !== undefined) checkPlotPath(plot)
  checkOutputs(outputsOf({ report, plot }, 'report', 'plot'), [{ what: 'the policy', path: policy }])
}

/** Two states by their numbers. */
function pairOf(text: string): [number, number] {
  const numbers = text.split(',').map(Number)
  if (numbers.length === 2 && numbers.every((n) => Number.isInteger(n) && n >= 1)) {
    return [numbers[0] - 1, numbers[1] - 1]
  }
  throw new UserError(`--phase takes two states, got '${text.slice(0, 60)}'. Use --phase 1,2.`)
}

/** Says where paths have left the numbers: a formula outside its domain, or a state that ran away. */
function codeOf({ cost, times, paths }: Trajectories): number {
  const first = cost.findIndex((value) => !Number.isFinite(value))
  if (first < 0) return EXIT.done
  const path = Math.floor(first / times.length)
  const lost = Array.from({ length: paths }, (_, p) => cost[(p + 1) * times.length - 1])
  const count = lost.filter((value) => !Number.isFinite(value)).length
  say(
    `deepbsde: ${count} of ${paths} paths are not finite, the first is path ${path + 1} from t = ${times[first - path * times.length]} on. Try another --x0, or train with more --steps.\n`,
  )
  return EXIT.unreliable
}
