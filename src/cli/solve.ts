/** `deepbsde solve`: its options. What it does lies in `solve-run.ts`, loaded when it runs. */
import { Command, Option } from 'commander'
import {
  DEFAULT_BATCH,
  DEFAULT_ITERATIONS,
  DEFAULT_RATE,
  FEWEST_PATHS,
  MOST_PATHS,
} from '../methods/deep-bsde/defaults.ts'
import { DEFAULT_LEVELS, DEFAULT_REPETITIONS } from '../methods/multilevel-picard/options.ts'
import { ACTIVATIONS, KERNELS, NETWORKS, PRESETS, SCHEDULES, SCHEMES, SKIPS } from './choices.ts'
import { withHelp } from './help.ts'
import type { SolveFlags } from './solve-flags.ts'
import {
  duration,
  each,
  eachVector,
  fraction,
  integer,
  integers,
  oneOf,
  positive,
  seedList,
} from './values.ts'

/** The options as commander gives them; those that the engine knows have its names. */
export function solveCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('solve')
    .usage('<problem|page> [options]')
    .summary('value and gradient of a problem or of your own page of formulas')
    .description('Value u(0, x0) and gradient of a problem or of your page (.yaml .json .ts .js).')
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
      option('--at <x1,x2,…>', 'start here, or one number for all; repeatable').argParser(each),
      option('--region <law>', 'u over box:-1..1, box:0..1,2..3, normal:0,1'),
      option('--preset <name>', 'published: the run of the paper as it was').argParser(
        oneOf('--preset', PRESETS),
      ),
      option('--method <id>', 'deep-bsde, multilevel-picard, policy'),
      option('--second-opinion', 'another method too, and whether they agree'),
      option('--both', 'control: by policy and by Bellman equation'),
    ],
    Training: [
      option('--steps <n>', 'time steps: 20 to 80, by dimension').argParser(integer('--steps', 1, 20)),
      option('--batch-size <n>', `paths in one iteration: ${DEFAULT_BATCH}`).argParser(
        integer('--batch-size', 2, 64),
      ),
      option('--iterations <n>', `training iterations: ${DEFAULT_ITERATIONS} at most`).argParser(
        integer('--iterations', 1, 400),
      ),
      option('--learning-rate <rate>', `the highest rate: ${DEFAULT_RATE}`).argParser(
        positive('--learning-rate', '0.01'),
      ),
      option('--schedule <name>', usually(SCHEDULES, 'plateau')).argParser(oneOf('--schedule', SCHEDULES)),
      option('--network <family>', usually(NETWORKS, 'multilayer')).argParser(oneOf('--network', NETWORKS)),
      option('--hidden <widths>', 'widths of the hidden layers: 64,64 at most').argParser(
        integers('--hidden', '64,64'),
      ),
      option('--activation <name>', usually(ACTIVATIONS, 'tanh')).argParser(
        oneOf('--activation', ACTIVATIONS),
      ),
      option('--batch-norm', 'batch normalisation'),
      option('--shared-network', 'control: one for all time steps; or --no-…'),
      option('--no-shared-network', 'control: a network for each time step').hideHelp(),
      option('--skips <name>', usually(SKIPS, 'fitted')).argParser(oneOf('--skips', SKIPS)),
    ],
    Estimate: [
      option('--scheme <name>', usually(SCHEMES, 'trapezoidal')).argParser(oneOf('--scheme', SCHEMES)),
      option('--paths <n>', `fresh paths: ${FEWEST_PATHS} to ${MOST_PATHS}`).argParser(
        integer('--paths', 2, 16384),
      ),
      option('--tolerance <se>', 'standard error to stop at: 0.1 % of u').argParser(
        positive('--tolerance', '1e-4', 'zero'),
      ),
      option('--bounds', 'lower and upper, where convexity allows'),
      option('--hessian', 'the diagonal of ∇²u at the start'),
      option('--hessian-along <v>', 'vᵀ∇²u v along v = 1,0,-1; repeatable').argParser(
        eachVector('--hessian-along'),
      ),
      option('--confidence <p>', 'of the interval: 0.95').argParser(fraction('--confidence', '0.95')),
    ],
    Picard: [
      option('--levels <n>', `iterations of multilevel Picard: ${DEFAULT_LEVELS}`).argParser(
        integer('--levels', 1, 4),
      ),
      option('--base <M>', 'its samples per level; as many as levels').argParser(integer('--base', 1, 4)),
      option('--repetitions <n>', `independent ones, for its error: ${DEFAULT_REPETITIONS}`).argParser(
        integer('--repetitions', 2, 32),
      ),
    ],
    Machine: [
      option('--seed <n>', 'the same seed gives the same bits: 1').argParser(integer('--seed', 0, 1)),
      option('--seeds <n|list>', 'an ensemble: 5, or 3,7,11; mean, deviation').argParser(seedList('--seeds')),
      option('--workers <n>', 'threads, as many as cores; no effect on bits').argParser(
        integer('--workers', 1, 2),
      ),
      option('--kernel <name>', `${KERNELS.join(', ')}: the fastest here`).argParser(
        oneOf('--kernel', KERNELS),
      ),
      option('--memory <MB>', "most memory: half the machine's").argParser(positive('--memory', '2000')),
    ],
    Survive: [
      option('--checkpoint <file>', "keeps its state; 'resume' goes on"),
      option('--every <time>', 'between checkpoints: 30s').argParser(duration('--every', '30s')),
      option('--save <file>', "for 'evaluate', or a policy for 'simulate'"),
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

/** The names, with the one that holds unless another is given. */
function usually<Name extends string>(names: readonly Name[], usual: Name): string {
  return names.map((name) => (name === usual ? `${name} (usual)` : name)).join(', ')
}
