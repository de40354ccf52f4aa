/** `deepbsde study`: one choice varied under several seeds. What it does lies in `study-run.ts`, loaded when it runs. */
import { Command, Option } from 'commander'
import { NETWORKS, SCHEDULES, SCHEMES, SKIPS } from './choices.ts'
import { withHelp } from './help.ts'
import { rowOptions } from './row-flags.ts'
import type { StudyFlags } from './study-run.ts'
import { each, integer, integers, oneOf, positive, seedList } from './values.ts'

const KINDS = ['dimension', 'width', 'steps', 'paths', 'levels'] as const

export function studyCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('study')
    .usage('<dimension|width|steps|paths|levels> <problem|page> [options]')
    .summary('errors and times against dimension, width, steps or paths')
    .description(
      'Solves a problem with one choice varied, under several seeds: a table of errors with intervals, and the rates that fit.',
    )
    .argument('<kind>')
    .argument('<problem>')
    .helpOption('-h, --help', 'this help')
    .action(async (kind: string, problem: string, flags: StudyFlags) => {
      const { runStudyCommand } = await import('./study-run.ts')
      finish(await runStudyCommand(oneOf('the kind of a study', KINDS)(kind), problem, flags))
    })
  for (const [group, options] of Object.entries(optionGroups())) {
    for (const option of options) command.addOption(option.helpGroup(group))
  }
  return withHelp(command, {
    examples: [
      'deepbsde study dimension hjb-lq --values 1,10,100,1000 --records dimension.jsonl',
      'deepbsde study steps allen-cahn --values 5,10,20,40 --paths 100000',
      'deepbsde study width hjb-lq --set dim=10 --skips none --seeds 5 --svg width.svg',
    ],
    usual: ['values', 'seeds', 'set', 'records', 'format', 'out', 'iterations', 'paths', 'workers'],
    exitCodes: '0 done, 1 failed, 2 wrong input, 3 diverged,\n130 interrupted (Ctrl-C), 143 terminated',
  })
}

function optionGroups(): Record<string, Option[]> {
  return {
    Study: [
      option('--values <list>', 'what the choice takes: 1,10,100').argParser(
        integers('--values', '1,10,100'),
      ),
      option('--dims <list>', 'the same, for the dimension').argParser(integers('--dims', '1,10,100')),
      option('--seeds <n|list>', 'how many seeds, from 1 on, or which').argParser(seedList('--seeds')),
      option('--records <file.jsonl>', 'keeps every run; runs that are in it are not done again'),
      ...rowOptions(),
      option('--svg <file.svg>', 'a picture'),
    ],
    Run: [
      option('--set <name=value>', "one of the page's settings; repeatable").argParser(each),
      option('--method <id>', 'deep-bsde, multilevel-picard'),
      option('--scheme <name>', SCHEMES.join(', ')).argParser(oneOf('--scheme', SCHEMES)),
      option('--network <family>', NETWORKS.join(', ')).argParser(oneOf('--network', NETWORKS)),
      option('--hidden <widths>', 'widths of the hidden layers').argParser(integers('--hidden', '64,64')),
      option('--skips <name>', SKIPS.join(', ')).argParser(oneOf('--skips', SKIPS)),
      option('--schedule <name>', SCHEDULES.join(', ')).argParser(oneOf('--schedule', SCHEDULES)),
      option('--learning-rate <rate>', 'the highest rate').argParser(positive('--learning-rate', '0.01')),
      option('--steps <n>', 'time steps').argParser(integer('--steps', 1, 20)),
      option('--iterations <n>', 'training iterations').argParser(integer('--iterations', 1, 400)),
      option('--batch-size <n>', 'paths in one iteration').argParser(integer('--batch-size', 2, 64)),
      option('--paths <n>', 'fresh paths').argParser(integer('--paths', 2, 16384)),
      option('--levels <n>', 'of multilevel Picard').argParser(integer('--levels', 1, 4)),
      option('--base <M>', 'of multilevel Picard').argParser(integer('--base', 1, 4)),
      option('--repetitions <n>', 'of multilevel Picard').argParser(integer('--repetitions', 2, 32)),
      option('--tolerance <se>', 'standard error to stop at').argParser(
        positive('--tolerance', '1e-4', 'zero'),
      ),
    ],
    Machine: [
      option('--workers <n>', 'threads; no effect on the result').argParser(integer('--workers', 1, 2)),
      option('-q, --quiet', 'no progress'),
      option('--debug', 'with the stack of an error'),
    ],
  }
}

function option(flags: string, description: string): Option {
  return new Option(flags, description)
}
