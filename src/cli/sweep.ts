/** `deepbsde sweep`: many settings of one problem. What it does lies in `sweep-run.ts`, loaded when it runs. */
import { Command } from 'commander'
import type { About } from '../methods/about.ts'
import { each, fraction, oneOf, positive, seedList } from '../options/values.ts'
import { KERNELS } from './choices.ts'
import { withHelp } from './help.ts'
import { addGroups, choices, type Groups, methodOption, withMethods } from './method-options.ts'
import { rowOptions } from './row-flags.ts'
import { manyOptions, option } from './run-options.ts'
import type { SweepFlags } from './sweep-run.ts'

export function sweepCommand(finish: (exitCode: number) => void, methods: readonly About[]): Command {
  const command = new Command('sweep')
    .usage('<problem|page> [options]')
    .summary('a problem at many settings: a surface, a table of cases, many seeds')
    .description(
      'Every combination of the varied settings, or every row of a CSV file, as one run: a table, a file and a picture. What is done is not done again, after any kill; a run that fails is a row.',
    )
    .argument('<problem>')
    .helpOption('-h, --help', 'this help')
    .action(async (problem: string, flags: SweepFlags) => {
      const { runSweepCommand } = await import('./sweep-run.ts')
      finish(await runSweepCommand(problem, flags))
    })
  addGroups(command, optionGroups(methods))
  return withHelp(command, {
    examples: [
      'deepbsde sweep my-equation.yaml --vary strike=80:120:5 --vary sigma=0.1,0.2,0.3 --out surface.csv',
      'deepbsde sweep hjb-lq --from cases.csv --seeds 3 --json',
    ],
    usual: ['vary', 'from', 'seeds', 'set', 'iterations', 'paths', 'out', 'plot', 'workers'],
    exitCodes:
      '0 every run has a value to rely on, 1 some failed, 2 wrong input,\n3 some diverged or are unconverged, 130 interrupted (Ctrl-C), 143 terminated',
  })
}

function optionGroups(methods: readonly About[]): Groups {
  const own: Groups = {
    Sweep: [
      option('--vary <name=values>', 'from:to:step, from:to/count, or a,b,c; repeatable').argParser(each),
      option('--from <cases.csv>', 'a row of names, then one of values a case'),
      option('--seeds <n|list>', 'each under how many seeds, from 1 on, or which').argParser(
        seedList('--seeds'),
      ),
      option('--yes', 'begin, however many runs there are'),
    ],
    Problem: [
      option('--set <name=value>', "one of the page's settings, of all runs; repeatable").argParser(each),
      methodOption(methods),
    ],
  }
  const [format] = rowOptions()
  const Output = [
    format,
    option('--out <file>', 'the table also there, as .csv .jsonl .json .md .tex .txt'),
    option('--journal <file>', 'keeps what is done, beside --out unless given'),
    option('--json', 'one JSON object on stdout, as --format json'),
    option('--report <out.html>', 'a page with table and picture'),
    option('--plot <file.svg|png|pdf>', 'a line over one setting, a map over two'),
    option('-q, --quiet', 'no progress'),
    option('--debug', 'with the stack of an error'),
  ]
  const Machine = [
    ...manyOptions('as many as threads'),
    choices('--kernel <name>', KERNELS, `${KERNELS.join(', ')}: the fastest here`).argParser(
      oneOf('--kernel', KERNELS),
    ),
    option('--memory <MB>', "most memory of all runs: half the machine's").argParser(
      positive('--memory', '2000'),
    ),
  ]
  const groups = withMethods(own, methods, ({ name, asksMore }) => !asksMore || name === 'region')
  groups.Estimate?.push(
    option('--confidence <p>', 'of the intervals: 0.95').argParser(fraction('--confidence', '0.95')),
  )
  return { ...groups, Output, Machine }
}
