/** `deepbsde evaluate`: value and gradient of a saved model at points and times. */
import { Command } from 'commander'
import type { Evaluation } from '../methods/deep-bsde/evaluation.ts'
import { each, finite, integer, positive } from '../options/values.ts'
import { formatSignificant, formatVector, formatWithError } from '../solution/format.ts'
import { gradientText } from '../solution/gradient-text.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { pointsFrom, pointsOfFile } from './point.ts'
import { type RowFlags, rowOptions } from './row-flags.ts'
import { NO_COLORS, terminalOf } from './terminal.ts'

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

/** Components of a point that are shown. */
const SHOWN = 4

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
  const { deliver, rowsOf, rowsText } = await import('./rows.ts')
  const { evaluationTable } = await import('./evaluation-table.ts')
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
  const form = { problem: page.id, settings: page.settings, method, version, evaluations }
  const text =
    rows.format === 'json'
      ? JSON.stringify(form)
      : rows.format === 'table'
        ? textOf(page.id, evaluations, rows.out === undefined)
        : rowsText(evaluationTable(evaluations, rows.isForPrograms), rows)
  await deliver(text, rows)
  return evaluations.some(({ reason }) => reason !== null) ? EXIT.unreliable : EXIT.done
}

function textOf(problem: string, evaluations: Evaluation[], isForTerminal: boolean): string {
  const { bold, dim } = isForTerminal ? terminalOf(process.stdout).colors : NO_COLORS
  const blocks = evaluations.map(({ at, time, value, standardError, exact, reason, ...found }) => {
    const shown = formatWithError([value], standardError)
    const error = standardError === 0 ? '' : ` ± ${shown.error}${shown.exponent}`
    return [
      bold(
        `u(${formatSignificant(time, 4)}, ${formatVector(at, SHOWN, 4)}) = ${shown.values[0]}${shown.exponent}${error}`,
      ),
      `  gradient  ${gradientText(found).text}`,
      ...(exact === null ? [] : [`  exact     ${formatSignificant(exact, 10)}`]),
      ...(reason === null ? [] : [`  not to be relied on: ${reason}`]),
    ].join('\n')
  })
  return [dim(problem), ...blocks].join('\n')
}
