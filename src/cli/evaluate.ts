/** `deepbsde evaluate`: value and gradient of a saved model at points and times. */
import { Command } from 'commander'
import { each, finite, integer, positive } from '../options/values.ts'
import { withHelp } from './help.ts'
import { pointsFrom, pointsOfFile } from './point.ts'
import { type RowFlags, rowOptions } from './row-flags.ts'

interface EvaluateFlags extends RowFlags {
  at?: string[]
  atFile?: string
  time: number
  paths?: number
  tolerance?: number
  workers?: number
  /** Megabytes. */
  memory?: number
  debug?: boolean
}

export function evaluateCommand(finish: (exitCode: number) => void): Command {
  const [format, out] = rowOptions()
  const command = new Command('evaluate')
    .usage('<model.dbsde> [options]')
    .summary('value and gradient of a saved model, without training')
    .description(
      'Value u(t, x) and gradient of a model that solve --save has written, at points and times, without training again: from fresh paths with its networks as control variate.',
    )
    .argument('<model.dbsde>')
    .helpOption('-h, --help', 'this help')
    .option('--at <point>', '1,2, one number for all, or 80:120:5; repeatable; x0 unless given', each)
    .option('--at-file <points.csv>', 'a point in every line')
    .option('--time <t>', "one of the model's times", finite('--time', '0'), 0)
    .option('--paths <n>', 'most fresh paths for a point', integer('--paths', 2, 16384))
    .option('--tolerance <se>', 'standard error to stop at', positive('--tolerance', '1e-4', 'zero'))
    .option('--workers <n>', 'threads; no effect on the result', integer('--workers', 1, 2))
    .option('--memory <MB>', 'most memory', positive('--memory', '2000'))
    .addOption(format)
    .addOption(out)
    .option('--json', 'short for --format json')
    .option('--debug', 'with the stack of an error')
    .action(async (path: string, flags: EvaluateFlags) => finish(await runEvaluate(path, flags)))
  return withHelp(command, {
    usual: ['at', 'at-file', 'time', 'paths', 'tolerance', 'out', 'json', 'workers'],
    examples: [
      'deepbsde solve hjb-lq --set dim=3 --region box:-1..1 --save model.dbsde',
      'deepbsde evaluate model.dbsde --at 0.1,0.2,0.3 --at 0.5 --time 0.5',
    ],
    exitCodes: '0 done, 1 failed, 2 wrong input, 3 a value is not to be relied on',
  })
}

/** @returns the exit code. @throws UserError */
async function runEvaluate(path: string, flags: EvaluateFlags): Promise<number> {
  const { loadModel } = await import('../methods/deep-bsde/model.ts')
  const { rowsOf } = await import('./rows.ts')
  const { deliverEvaluations, exitCodeOfEvaluations } = await import('./evaluation-output.ts')
  const rows = rowsOf(flags, [{ what: 'the model', path }])
  const model = await loadModel(path)
  const { dim, x0 } = model.problem
  const points = flags.at?.flatMap((text) => pointsFrom('--at', text, dim)) ?? []
  if (flags.atFile !== undefined) points.push(...(await pointsOfFile(flags.atFile, dim)))
  if (points.length === 0) points.push([...x0])
  const { paths, tolerance, workers, memory } = flags
  const memoryLimit = memory === undefined ? undefined : memory * 2 ** 20
  const evaluations = await model.evaluate(points, flags.time, { paths, tolerance, workers, memoryLimit })
  const { page, method, version } = model.description
  await deliverEvaluations({ problem: page.id, settings: page.settings, method, version, evaluations }, rows)
  return exitCodeOfEvaluations(evaluations)
}
