/** `deepbsde check`: its options. What it does lies in `check-page.ts`, loaded when it runs. */
import { Command } from 'commander'
import { each } from '../options/values.ts'
import type { CheckFlags } from './check-report.ts'
import { withHelp } from './help.ts'

export function checkCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('check')
    .usage('<problem|page> [options]')
    .summary('what is understood of a page, and whether it fits together')
    .description(
      'Prints a page back as mathematics, with its shapes and what is recognised in it; checks the derivatives, and that exact solves the equation; estimates memory and time. Trains nothing.',
    )
    .argument('<problem>')
    .helpOption('-h, --help', 'this help')
    .option('--set <name=value>', "one of the page's settings, or x0; repeatable", each)
    .option('--latex', 'the equation in LaTeX on stdout, nothing else')
    .option('--json', 'one JSON object on stdout, nothing else')
    .option('--no-trial', 'no time estimate, which takes a trial of a second or two')
    .option('--debug', 'with the stack of an error')
    .action(async (problem: string, flags: CheckFlags) => {
      const { checkPage } = await import('./check-page.ts')
      finish(await checkPage(problem, flags))
    })
  return withHelp(command, {
    examples: ['deepbsde check ./my-equation.yaml', 'deepbsde check allen-cahn --set dim=10 --latex'],
    exitCodes: '0 nothing is wrong, 1 something does not fit together, 2 wrong input',
  })
}
