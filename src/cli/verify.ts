/** `deepbsde verify`: its options. What it does lies in `verify-run.ts`, loaded when it runs. */
import { Command, Option } from 'commander'
import { integer } from '../options/values.ts'
import { withHelp } from './help.ts'
import { rowOptions } from './row-flags.ts'
import { queueOptions } from './run-options.ts'
import type { VerifyFlags } from './verify-run.ts'

export function verifyCommand(finish: (exitCode: number) => void): Command {
  const [format, out] = rowOptions()
  const command = new Command('verify')
    .usage('[problems or pages…] [options]')
    .summary('runs problems and compares them with their references')
    .description(
      'Runs problems, all built-in ones unless some are named, and prints one table of values beside references and published results. A row passes where it lies within 4 standard errors and the grid allowance of its reference.',
    )
    .argument('[names...]')
    .helpOption('-h, --help', 'this help')
    .option('--quick', 'small settings, about a second each')
    .option('--nightly', 'further dimensions and starting points too, in under 20 minutes')
    .option('--seeds <n>', 'each with the seeds 1 to n: 1', integer('--seeds', 1, 5))
    .option('--workers <n>', 'threads; no effect on the result', integer('--workers', 1, 2))
    .option('--at-once <n>', 'runs side by side: 1, for the times', integer('--at-once', 1, 2))
    .addOption(format)
    .addOption(out)
    .option('--json', 'short for --format json; so are --csv and --markdown')
    .addOption(new Option('--markdown').hideHelp())
    .addOption(new Option('--csv').hideHelp())
    .option('-q, --quiet', 'no progress')
    .option('--debug', 'with the stack of an error')
    .action(async (names: string[], flags: VerifyFlags) => {
      const { runVerify } = await import('./verify-run.ts')
      finish(await runVerify(names, flags))
    })
  for (const one of queueOptions()) command.addOption(one)
  return withHelp(command, {
    examples: [
      'deepbsde verify --quick',
      'deepbsde verify hjb-lq allen-cahn --seeds 5 --markdown',
      'deepbsde verify ./my-equation.yaml',
    ],
    usual: ['quick', 'nightly', 'seeds', 'format', 'out', 'records', 'workers', 'queue'],
    exitCodes: '0 every reference is met, 1 some are not, 2 wrong input, 130 interrupted, 143 terminated',
  })
}
