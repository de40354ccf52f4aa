/** `deepbsde study`: one choice varied under several seeds. What it does lies in `study-run.ts`, loaded when it runs. */
import { Argument, Command } from 'commander'
import type { About } from '../methods/about.ts'
import { subjectOf } from '../methods/parts.ts'
import { each, integers, oneOf, seedList } from '../options/values.ts'
import { STUDY_KINDS, type StudyKind } from '../studies/runs.ts'
import { withHelp } from './help.ts'
import { addGroups, type Groups, methodOption, withMethods } from './method-options.ts'
import { rowOptions } from './row-flags.ts'
import { manyOptions, option } from './run-options.ts'
import type { StudyFlags } from './study-run.ts'

export function studyCommand(finish: (exitCode: number) => void, all: readonly About[]): Command {
  const methods = all.filter((about) => subjectOf(about) === 'equation')
  const command = new Command('study')
    .usage('<dimension|width|steps|paths|levels> <problem|page> [options]')
    .summary('errors and times against dimension, width, steps or paths')
    .description(
      'Solves a problem with one choice varied, under several seeds: a table of errors with intervals, and the rates that fit.',
    )
    .addArgument(
      new Argument('<kind>').choices(STUDY_KINDS).argParser(oneOf('the kind of a study', STUDY_KINDS)),
    )
    .argument('<problem>')
    .helpOption('-h, --help', 'this help')
    .action(async (kind: StudyKind, problem: string, flags: StudyFlags) => {
      const { runStudyCommand } = await import('./study-run.ts')
      finish(await runStudyCommand(kind, problem, flags))
    })
  addGroups(command, optionGroups(methods))
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

function optionGroups(methods: readonly About[]): Groups {
  const own: Groups = {
    Study: [
      option('--values <list>', 'what the choice takes: 1,10,100').argParser(
        integers('--values', '1,10,100'),
      ),
      option('--dims <list>', 'the same, for the dimension').argParser(integers('--dims', '1,10,100')),
      option('--seeds <n|list>', 'how many seeds, from 1 on, or which').argParser(seedList('--seeds')),
      option('--records <file.jsonl>', 'keeps every run; runs that are in it are not done again'),
      ...rowOptions(),
      option('--plot <out.svg>', 'errors, error against work; or .png, .pdf'),
      option('--svg <file.svg>', 'an older name of --plot').hideHelp(),
    ],
    Problem: [
      option('--set <name=value>', "one of the page's settings; repeatable").argParser(each),
      methodOption(methods),
    ],
  }
  const Machine = [
    ...manyOptions('1, for the times'),
    option('-q, --quiet', 'no progress'),
    option('--debug', 'with the stack of an error'),
  ]
  return { ...withMethods(own, methods, ({ asksMore }) => !asksMore), Machine }
}
