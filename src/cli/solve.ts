/** `deepbsde solve`: its options. What it does lies in `solve-run.ts`, loaded when it runs. */
import { Command, Option } from 'commander'
import type { SolveOptions } from '../solve.ts'
import { ACTIVATIONS, KERNELS, NETWORKS, PRESETS, SCHEDULES, SCHEMES } from './choices.ts'
import { withHelp } from './help.ts'
import type { ShowFlags } from './show-run.ts'
import { duration, each, fraction, integer, integers, oneOf, positive } from './values.ts'

/** The options as commander gives them; those that the engine knows have its names. */
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
      | 'family'
    > {
  set?: string[]
  network?: SolveOptions['family']
  /** Megabytes. */
  memory?: number
  /** Milliseconds. */
  every?: number
}

export function solveCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('solve')
    .usage('<problem|page> [options]')
    .summary('value and gradient of a problem or of your own page of formulas')
    .description(
      'Value u(0, x0) and gradient of a built-in problem or of your own page of formulas (.yaml .json .ts .js).',
    )
    .argument('<problem>')
    .helpOption('-h, --help', 'this help')
    .action(async (problem: string, flags: SolveFlags) => {
      const { runSolve } = await import('./solve-run.ts')
      finish(await runSolve(problem, flags))
    })
  for (const [group, options] of Object.entries(optionGroups())) {
    for (const option of options) command.addOption(option.helpGroup(group))
  }
  return withHelp(command, {
    examples: [
      'deepbsde solve hjb-lq --set dim=100 --set lambda=1 --seed 7',
      'deepbsde solve ./my-equation.yaml --tolerance 1e-4 --json',
    ],
    exitCodes:
      '0 solved, 1 failed, 2 wrong input, 3 diverged or unconverged,\n130 interrupted (Ctrl-C), 143 terminated',
  })
}

function optionGroups(): Record<string, Option[]> {
  return {
    Problem: [
      option('--set <name=value>', "one of the page's settings, or x0; repeatable").argParser(each),
      option('--preset <name>', 'published: the run of the paper as it was').argParser(
        oneOf('--preset', PRESETS),
      ),
      option('--method <id>', 'deep-bsde, multilevel-picard'),
      option('--second-opinion', 'another method too, and whether they agree'),
    ],
    Training: [
      option('--steps <n>', 'time steps').argParser(integer('--steps', 1, 20)),
      option('--batch-size <n>', 'paths in one iteration').argParser(integer('--batch-size', 2, 64)),
      option('--iterations <n>', 'training iterations').argParser(integer('--iterations', 1, 400)),
      option('--learning-rate <rate>', 'the highest rate').argParser(positive('--learning-rate', '0.01')),
      option('--schedule <name>', SCHEDULES.join(', ')).argParser(oneOf('--schedule', SCHEDULES)),
      option('--network <family>', NETWORKS.join(', ')).argParser(oneOf('--network', NETWORKS)),
      option('--hidden <widths>', 'widths of the hidden layers: 64,64').argParser(
        integers('--hidden', '64,64'),
      ),
      option('--activation <name>', ACTIVATIONS.join(', ')).argParser(oneOf('--activation', ACTIVATIONS)),
      option('--batch-norm', 'batch normalisation'),
    ],
    Estimate: [
      option('--scheme <name>', SCHEMES.join(', ')).argParser(oneOf('--scheme', SCHEMES)),
      option('--paths <n>', 'most fresh paths').argParser(integer('--paths', 2, 16384)),
      option('--tolerance <se>', 'standard error to stop at').argParser(
        positive('--tolerance', '1e-4', 'zero'),
      ),
      option('--bounds', 'a lower and an upper bound, for convex or concave drivers'),
      option('--confidence <p>', 'of the interval').argParser(fraction('--confidence', '0.95')),
    ],
    Picard: [
      option('--levels <n>', 'iterations of multilevel Picard').argParser(integer('--levels', 1, 4)),
      option('--base <M>', 'its samples per level; as many as levels').argParser(integer('--base', 1, 4)),
      option('--repetitions <n>', 'independent ones, for its error').argParser(
        integer('--repetitions', 2, 32),
      ),
    ],
    Machine: [
      option('--seed <n>', 'the same seed gives the same bits').argParser(integer('--seed', 0, 1)),
      option('--workers <n>', 'threads; no effect on the result').argParser(integer('--workers', 1, 2)),
      option('--kernel <name>', KERNELS.join(', ')).argParser(oneOf('--kernel', KERNELS)),
      option('--memory <MB>', 'most memory').argParser(positive('--memory', '2000')),
    ],
    Survive: [
      option('--checkpoint <file>', "keeps its state; 'resume' goes on"),
      option('--every <time>', 'between checkpoints: 30s').argParser(duration('--every', '30s')),
      option('--retries <n>', 'at a lower rate, when training goes wrong: 2').argParser(
        integer('--retries', 0, 2),
      ),
    ],
    Output: [
      option('--json', 'one JSON object on stdout, nothing else'),
      option('--history', 'with every iteration in the JSON'),
      option('--log <file.ndjson>', 'appends every iteration to a file'),
      option('--report <out.html>', 'the run as a page with pictures'),
      option('--plot <file.svg|png>', 'convergence as one picture'),
      option('--no-plot', 'no chart in the terminal'),
      option('-q, --quiet', 'no progress'),
      option('--debug', 'with the stack of an error'),
    ],
  }
}

function option(flags: string, description: string): Option {
  return new Option(flags, description)
}
