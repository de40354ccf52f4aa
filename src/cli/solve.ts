/** `deepbsde solve`: its options. What it does lies in `solve-run.ts`, loaded when it runs. */
import { Command, Option } from 'commander'
import type { About } from '../methods/about.ts'
import { SEED } from '../options/run.ts'
import { duration, each, fraction, integer, oneOf, positive, seedList } from '../options/values.ts'
import { KERNELS } from './choices.ts'
import { withHelp } from './help.ts'
import { addGroups, choices, type Groups, methodOption, withMethods } from './method-options.ts'
import { rowOptions } from './row-flags.ts'
import { queueOptions } from './run-options.ts'
import type { SolveFlags } from './solve-flags.ts'

/** What most runs need: `--help` shows these. */
const USUAL = ['set', 'at', 'tolerance', 'bounds', 'seed', 'seeds', 'format', 'out', 'report', 'save']

/** The options as commander gives them; those that the engine knows have its names. */
export function solveCommand(finish: (exitCode: number) => void, methods: readonly About[]): Command {
  const command = new Command('solve')
    .usage('<problem|page> [options]')
    .summary('value and gradient of a problem or of your own page of formulas')
    .description('Value u(0, x0) and gradient of a problem or page (.yaml .json .ts .js).')
    .argument('<problem>')
    .helpOption('-h, --help', 'this help')
    .action(async (problem: string, flags: SolveFlags) => {
      const { withEarlyThreads } = await import('./early-threads.ts')
      const exitCode = await withEarlyThreads(flags, async (threads) => {
        const { runSolve } = await import('./solve-run.ts')
        return runSolve(problem, flags, threads)
      })
      finish(exitCode)
    })
  addGroups(command, optionGroups(methods))
  return withHelp(command, {
    examples: [
      'deepbsde solve hjb-lq --set dim=100 --set lambda=1 --seed 7',
      'deepbsde solve ./my-equation.yaml --tolerance 1e-4 --json',
    ],
    usual: USUAL,
    exitCodes: '0 solved, 1 failed, 2 wrong input, 3 diverged or unconverged, 130 Ctrl-C, 143 terminated',
  })
}

function optionGroups(methods: readonly About[]): Groups {
  const { Machine, Survive, Output, ...own } = withMethods(ownGroups(methods), methods)
  return { ...own, Machine, Survive, Output }
}

function ownGroups(methods: readonly About[]): Groups {
  return {
    Problem: [
      option('--set <name=value>', "one of the page's settings, or x0; repeatable").argParser(each),
      option('--at <point>', '1,2, one number for all, or 80:120:5; repeatable').argParser(each),
      option('--at-file <points.csv>', 'a point in every line'),
      methodOption(methods),
      option('--second-opinion', 'another method too, and whether they agree'),
      option('--both', 'control: by policy and by Bellman equation'),
    ],
    Training: [],
    Estimate: [
      option('--confidence <p>', 'of the interval: 0.95').argParser(fraction('--confidence', '0.95')),
    ],
    Machine: [
      option(`${SEED.flag} ${SEED.takes}`, SEED.help).argParser(integer('--seed', 0, 1)),
      option('--seeds <n|list>', 'an ensemble: 5, or 3,7,11; mean, deviation').argParser(seedList('--seeds')),
      option('--workers <n>', 'threads, as many as cores; no effect on bits').argParser(
        integer('--workers', 1, 2),
      ),
      option('--at-once <n>', 'of --seeds: side by side, as many as threads')
        .argParser(integer('--at-once', 1, 2))
        .hideHelp(),
      ...queueOptions(),
      choices('--kernel <name>', KERNELS, `${KERNELS.join(', ')}: the fastest here`).argParser(
        oneOf('--kernel', KERNELS),
      ),
      option('--memory <MB>', "most memory: half the machine's").argParser(positive('--memory', '2000')),
    ],
    Survive: [
      option('--checkpoint <file>', "keeps its state; 'resume' goes on"),
      option('--every <time>', 'between checkpoints: 30s').argParser(duration('--every', '30s')),
      option('--save <file>', "for 'evaluate'; a policy or rule: 'simulate'"),
    ],
    Output: [
      ...rowOptions(),
      option('--json', 'short for --format json'),
      option('--history', 'with every iteration in the JSON'),
      option('--log <file.ndjson>', 'appends every iteration to a file'),
      option('--report <out.html>', 'the run as a page with pictures'),
      option('--plot <out.svg>', 'convergence, or u along --at; or .png, .pdf'),
      option('--plot-data <out.csv>', 'the numbers of --plot'),
      option('--no-plot', 'no chart in the terminal'),
      option('-q, --quiet', 'no progress'),
      option('--debug', 'with the stack of an error'),
    ],
  }
}

function option(flags: string, description: string): Option {
  return new Option(flags, description)
}
