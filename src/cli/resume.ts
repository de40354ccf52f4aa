/** `deepbsde resume`: goes on with a run from its checkpoint. */
import { Command } from 'commander'
import { duration, integer, positive } from '../options/values.ts'
import { withHelp } from './help.ts'
import { rowOptions } from './row-flags.ts'
import type { ShowFlags } from './show-run.ts'

interface ResumeFlags extends ShowFlags {
  workers?: number
  /** Megabytes. */
  memory?: number
  /** Milliseconds. */
  every?: number
}

export function resumeCommand(finish: (exitCode: number) => void): Command {
  const [format, out] = rowOptions()
  const command = new Command('resume')
    .usage('<run.ckpt> [options]')
    .summary('goes on with a run from its checkpoint')
    .description(
      "Goes on with a run from the file of its --checkpoint, and ends with the same bits as if nothing had happened, with any number of workers. Problem, settings, seed and all other choices are the run's own.",
    )
    .argument('<run.ckpt>')
    .helpOption('-h, --help', 'this help')
    .option('--workers <n>', 'threads; no effect on the result', integer('--workers', 1, 2))
    .option('--memory <MB>', 'most memory', positive('--memory', '2000'))
    .option('--every <time>', 'between checkpoints, as before unless given', duration('--every', '30s'))
    .option('--save <file>', "the trained networks for 'evaluate', or the rule for 'simulate'")
    .addOption(format)
    .addOption(out)
    .option('--json', 'short for --format json')
    .option('--history', 'with every iteration in the JSON')
    .option('--log <file.ndjson>', 'appends every iteration to a file')
    .option('--report <out.html>', 'the run as a page with pictures')
    .option('--plot <file.svg|png|pdf>', 'convergence as one picture')
    .option('--no-plot', 'no chart in the terminal')
    .option('-q, --quiet', 'no progress')
    .option('--debug', 'with the stack of an error')
    .action(async (path: string, flags: ResumeFlags) => finish(await runResume(path, flags)))
  return withHelp(command, {
    examples: ['deepbsde solve hjb-lq --checkpoint run.ckpt', 'deepbsde resume run.ckpt --workers 4'],
    usual: ['workers', 'every', 'save', 'report', 'out', 'json', 'quiet'],
    exitCodes:
      '0 solved, 1 failed, 2 wrong input, 3 diverged or unconverged,\n130 interrupted (Ctrl-C), 143 terminated',
  })
}

/** @returns the exit code */
async function runResume(path: string, flags: ResumeFlags): Promise<number> {
  const { readCheckpoint } = await import('../checkpoint/checkpoints.ts')
  const { resumeFrom } = await import('../entry/resume.ts')
  const { showRun } = await import('./show-run.ts')
  const restored = await readCheckpoint(path)
  const { description } = restored
  const { page: definition, method, options } = description
  const { settings } = definition
  const shown = {
    definition,
    settings,
    method,
    seed: options.seed ?? 1,
    checkpoint: path,
    choices: options,
    inputs: [],
  }
  return showRun(shown, flags, (hooks) =>
    resumeFrom(path, restored, {
      ...hooks,
      save: flags.save,
      samples: flags.report !== undefined,
      ...(flags.workers !== undefined && { workers: flags.workers }),
      ...(flags.memory !== undefined && { memoryLimit: flags.memory * 2 ** 20 }),
      ...(flags.every !== undefined && { checkpointEveryMs: flags.every }),
    }),
  )
}
