/** `deepbsde export`: a saved policy in a form that other programs run. */
import { Command, Option } from 'commander'
import type { ControlDefinition } from '../control/definition.ts'
import { UserError } from '../errors/errors.ts'
import type { Policy } from '../methods/policy/policy.ts'
import type { ScalarFormula } from '../methods/policy/scalar-formula.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { printSlowly, writeBytes } from './print.ts'

const EXPORT_FORMS = ['json', 'js', 'c', 'onnx', 'gains'] as const

interface ExportFlags {
  as: (typeof EXPORT_FORMS)[number]
}

export function exportCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('export')
    .usage('<policy.dbsde> [options]')
    .summary('writes a saved policy in a form that other programs run')
    .description(
      'A saved policy as JSON (weights, scalings, what they mean), as a JavaScript module without imports, as a function in C, as an ONNX graph, or as a table of gains.',
    )
    .argument('<policy>')
    .helpOption('-h, --help', 'this help')
    .addOption(
      new Option(
        '--as <form>',
        'json; js: control(t, x); c: control(t, x, a) in C99; onnx: (t, x) to a; gains: CSV of state, control and slopes at each step',
      )
        .choices([...EXPORT_FORMS])
        .default('json'),
    )
    .option('--debug', 'with the stack of an error')
    .action(async (path: string, { as }: ExportFlags) => {
      if (as === 'onnx') await writeBytes(await exportOnnx(path))
      else await printSlowly(await exportText(path, as))
      finish(EXIT.done)
    })
  return withHelp(command, {
    examples: [
      'deepbsde export policy.dbsde --as js > rule.mjs',
      'deepbsde export policy.dbsde --as onnx > rule.onnx',
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
  const exported = exportPolicy(policy.trained) ?? refuse(path, as)
  if (as === 'js') return policyModule(exported)
  if (as === 'json') return `${JSON.stringify(exported)}\n`
  const { cRule } = await import('../methods/policy/c-rule.ts')
  const map = await controlFormula(policy)
  return (map && cRule(exported, map)) ?? refuse(path, as)
}

/** @throws UserError as `exportText`, and for a terminal, which shows no bytes */
async function exportOnnx(path: string): Promise<Uint8Array> {
  if (process.stdout.isTTY) {
    throw new UserError('--as onnx writes bytes, which a terminal cannot show. Add > rule.onnx.')
  }
  const { loadPolicy } = await import('../methods/policy/policy-file.ts')
  const { exportPolicy } = await import('../methods/policy/exported.ts')
  const { onnxRule } = await import('../methods/policy/onnx-rule.ts')
  const policy = await loadPolicy(path)
  const exported = exportPolicy(policy.trained) ?? refuse(path, 'onnx')
  const map = await controlFormula(policy)
  return (map && onnxRule(exported, map)) ?? refuse(path, 'onnx')
}

async function controlFormula({ run, trained }: Policy): Promise<ScalarFormula | null> {
  const { readControl } = await import('../control/expressions.ts')
  const { scalarFormula } = await import('../methods/policy/scalar-formula.ts')
  const { map } = await readControl(run.page as ControlDefinition, trained.problem.settings)
  return scalarFormula(map.control)
}

function refuse(path: string, as: ExportFlags['as']): never {
  throw new UserError(
    `${path}: the formula of its control set has a large matrix or a function that --as ${as} does not hold. Use --as gains.`,
  )
}
