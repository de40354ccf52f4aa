/** `deepbsde export`: a saved policy in a form that other programs run. */
import { Command, Option } from 'commander'
import { UserError } from '../errors/errors.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { printSlowly } from './print.ts'

export const EXPORT_FORMS = ['json', 'js', 'gains'] as const

interface ExportFlags {
  as: (typeof EXPORT_FORMS)[number]
}

export function exportCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('export')
    .usage('<policy.dbsde> [options]')
    .summary('writes a saved policy in a form that other programs run')
    .description(
      'A saved policy as JSON (weights, scalings, what they mean), as a JavaScript module without imports, or as a table of gains.',
    )
    .argument('<policy>')
    .helpOption('-h, --help', 'this help')
    .addOption(
      new Option(
        '--as <form>',
        'json; js: control(t, x); gains: CSV of state, control and slopes at each step',
      )
        .choices([...EXPORT_FORMS])
        .default('json'),
    )
    .option('--debug', 'with the stack of an error')
    .action(async (path: string, { as }: ExportFlags) => {
      await printSlowly(await exportText(path, as))
      finish(EXIT.done)
    })
  return withHelp(command, {
    examples: [
      'deepbsde export policy.dbsde --as js > rule.mjs',
      'deepbsde export policy.dbsde --as gains > gains.csv',
    ],
    exitCodes: '0 done, 1 failed, 2 wrong input',
  })
}

/** @throws UserError for a file that holds no policy, or one that this form cannot hold */
async function exportText(path: string, as: ExportFlags['as']): Promise<string> {
  const { loadPolicy } = await import('../methods/policy/policy-file.ts')
  const policy = await loadPolicy(path)
  if (as === 'gains') {
    const { gainLines } = await import('../methods/policy/gain-schedule.ts')
    return `${[...gainLines(policy)].join('\n')}\n`
  }
  const { exportPolicy, policyModule } = await import('../methods/policy/exported.ts')
  const exported = exportPolicy(policy.trained)
  if (exported === null) {
    throw new UserError(
      `${path}: its control set multiplies a large matrix, which --as ${as} does not hold. Use --as gains.`,
    )
  }
  return as === 'js' ? policyModule(exported) : `${JSON.stringify(exported)}\n`
}
