/** `deepbsde compare`: several runs beside each other, from their JSON files. */
import { Command } from 'commander'
import { checkOutputs, outputsOf } from '../files/outputs.ts'
import { replaceFile } from '../files/replace.ts'
import { oneOf } from '../options/values.ts'
import { FORMATS } from './choices.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { choices } from './method-options.ts'
import { print } from './print.ts'
import { terminalOf } from './terminal.ts'

interface CompareFlags {
  format?: (typeof FORMATS)[number]
  html?: string
  plot: boolean
}

export function compareCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('compare')
    .usage('<a.json b.json …> [options]')
    .summary('several runs beside each other')
    .description(
      'Compares runs that solve --json --history wrote: a table and the curves of their training, in the terminal or as a page.',
    )
    .argument('<files...>')
    .helpOption('-h, --help', 'this help')
    .addOption(choices('--format <name>', FORMATS, FORMATS.join(', ')).argParser(oneOf('--format', FORMATS)))
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

async function compare(files: string[], { format, html, plot }: CompareFlags): Promise<void> {
  checkOutputs(
    outputsOf({ html }, 'html'),
    files.map((path) => ({ what: `a run to compare`, path })),
  )
  const { comparisonTable, readRuns } = await import('../report/comparison.ts')
  const runs = await readRuns(files)
  if (html !== undefined) {
    const { renderComparison } = await import('../report/compare-page.ts')
    await replaceFile(html, await renderComparison(runs))
    if (format === undefined) return
  }
  const { formatTable } = await import('../report/table.ts')
  const isForPrograms = format === 'csv' || format === 'json'
  print(`${formatTable(comparisonTable(runs, isForPrograms), format ?? 'text')}\n`)
  const terminal = terminalOf(process.stdout)
  if (format !== undefined || !plot || !terminal.isTerminal) return
  const { renderCurves } = await import('../report/compare-page.ts')
  const curves = renderCurves(runs, terminal.width())
  if (curves !== null) print(`\n${curves}\n`)
}
