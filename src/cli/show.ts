/** `deepbsde show`: the page of a problem, as text that can be changed. */
import { Command } from 'commander'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { print } from './print.ts'

export function showCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('show')
    .usage('<problem|page>')
    .summary("a problem's page of formulas")
    .description("Prints a problem's page as YAML; 'new <name> --from <problem>' writes it into a file.")
    .argument('<problem>')
    .helpOption('-h, --help', 'this help')
    .option('--debug', 'with the stack of an error')
    .action(async (argument: string) => {
      const { findPage } = await import('../page/catalog.ts')
      const { pageYaml } = await import('../entry/page-yaml.ts')
      const page = await findPage(argument)
      print(await pageYaml(page, page.id, `deepbsde show ${argument}`))
      finish(EXIT.done)
    })
  return withHelp(command, {
    examples: ['deepbsde show heston', 'deepbsde new my-heston --from heston'],
    exitCodes: '0 done, 2 wrong input',
  })
}
