/** `deepbsde compare`: several runs beside each other, from their JSON files. */
import { Command } from 'commander'
import { checkOutputs, outputsOf } from '../files/outputs.ts'
import { replaceFile } from '../files/replace.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { print } from './print.ts'
import { type RowFlags, rowOptions } from './row-flags.ts'
import { terminalOf } from './terminal.ts'

interface CompareFlags extends RowFlags {
  html?: string
  plot: boolean
}

export function compareCommand(finish: (exitCode: number) => void): Command {
  const [format, out] = rowOptions()
  const command = new Command('compare')
    .usage('<a.json b.json …> [options]')
    .summary('several runs beside each other')
    .description(
      'Compares runs that solve --json --history wrote: a table and the curves of their training, in the terminal or as a page.',
    )
    .argument('<files...>')
    .helpOption('-h, --help', 'this help')
    .addOption(format)
    .addOption(out)
    .option('--html <out.html>', 'a page with table and pictures')
    .option('--no-plot', 'no curves in the terminal')
    .option('--debug', 'with the stack of an error')
    .action(async (files: string[], flags: CompareFlags) => {
      await compare(files, flags)
      finish(EXIT.done)
    })
  return withHelp(command, {
    examples: [
      'deepbsde solve hjb-lq --json --history > a.json',
      'deepbsde compare a.json b.json --html comparison.html',
      'deepbsde compare *.json --format latex',
    ],
    exitCodes: '0 done, 1 failed, 2 wrong input',
  })
}

async function compare(files: string[], flags: CompareFlags): Promise<void> {
  const { html, plot, format, out } = flags
  const inputs = files.map((path) => ({ what: 'a run to compare', path }))
  checkOutputs(outputsOf({ html, out }, 'html', 'out'), inputs)
  const { deliver, rowsOf, rowsText } = await import('./rows.ts')
  const rows = rowsOf(flags, inputs)
  const { comparisonTable, readRuns } = await import('../report/comparison.ts')
  const runs = await readRuns(files)
  if (html !== undefined) {
    const { renderComparison } = await import('../report/compare-page.ts')
    await replaceFile(html, await renderComparison(runs))
    if (format === undefined && out === undefined) return
  }
  await deliver(rowsText(comparisonTable(runs, rows.isForPrograms), rows), rows)
  const terminal = terminalOf(process.stdout)
  if (format !== undefined || out !== undefined || !plot || !terminal.isTerminal) return
  const { renderCurves } = await import('../report/compare-page.ts')
  const curves = renderCurves(runs, terminal.width())
  if (curves !== null) print(`\n${curves}\n`)
}
