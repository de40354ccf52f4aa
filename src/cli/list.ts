/** `deepbsde list`: the problems that come with the package. */
import { Command } from 'commander'
import { UserError } from '../errors/errors.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import type { Table } from '../report/table.ts'
import { wrap } from '../solution/format-text.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { type RowFlags, rowOptions } from './row-flags.ts'
import type { Rows } from './rows.ts'
import { NO_COLORS, terminalOf } from './terminal.ts'

/** What equations and control problems have in common. */
type ListedPage = Pick<
  ProblemDefinition,
  'id' | 'title' | 'group' | 'exercises' | 'source' | 'settings' | 'x0' | 'published' | 'exact'
> & { reference?: unknown }

export function listCommand(finish: (exitCode: number) => void): Command {
  const [format, out] = rowOptions()
  const command = new Command('list')
    .usage('[words…] [options]')
    .summary('the built-in problems')
    .description(
      'Lists the built-in problems, grouped, with what each of them exercises; with words only those that have all of them in name, title, group, source or notes.',
    )
    .argument('[words...]')
    .helpOption('-h, --help', 'this help')
    .addOption(format)
    .addOption(out)
    .option('--json', 'short for --format json')
    .option('--debug', 'with the stack of an error')
    .action(async (words: string[], flags: RowFlags) => {
      const { deliver, rowsOf, rowsText } = await import('./rows.ts')
      const rows = rowsOf(flags)
      const { loadAllProblems } = await import('../problem/catalog.ts')
      const { loadAllControlProblems } = await import('../control/catalog.ts')
      const { loadAllStoppingProblems } = await import('../problem/stopping-catalog.ts')
      const all: ListedPage[] = [
        ...(await loadAllProblems()),
        ...(await loadAllControlProblems()),
        ...(await loadAllStoppingProblems()),
      ]
      const problems = all.filter((page) => words.every((word) => isAbout(page, word)))
      if (problems.length === 0) {
        throw new UserError(
          `no built-in problem is about '${words.join(' ').slice(0, 60)}'. 'deepbsde list' shows all.`,
        )
      }
      await deliver(
        rows.format === 'json'
          ? JSON.stringify(problems.map(entryOf))
          : rows.format === 'table'
            ? listing(problems, rows)
            : rowsText(tableOf(problems), rows),
        rows,
      )
      finish(EXIT.done)
    })
  return withHelp(command, {
    examples: ['deepbsde list', 'deepbsde list heat', 'deepbsde list option --format csv --out options.csv'],
  })
}

/** Whether some text of the page has the word in it, whatever its case. */
function isAbout({ id, title, group, source, exercises = '' }: ListedPage, word: string): boolean {
  return [id, title, group, source, exercises].join(' ').toLowerCase().includes(word.toLowerCase())
}

function tableOf(problems: ListedPage[]): Table {
  const names = ['problem', 'd', 'title', 'group', 'exercises', 'source']
  return {
    columns: names.map((name) => ({ key: name, title: name })),
    rows: problems.map(({ id, settings, title, group, exercises = null, source }) => [
      id,
      settings.dim,
      title,
      group,
      exercises,
      source,
    ]),
  }
}

/** One problem in `list --json`. */
function entryOf({ id, title, group, exercises, source, settings, x0, published, ...page }: ListedPage) {
  return {
    id,
    title,
    group,
    dim: settings.dim,
    exercises: exercises ?? null,
    source,
    settings,
    x0,
    reference: referenceKind(page),
    published: published ?? null,
  }
}

/** Where a reference comes from: a formula for u everywhere, a value at the starting point, or nowhere. */
function referenceKind({ exact, reference }: Pick<ListedPage, 'exact' | 'reference'>) {
  if (exact !== undefined) return 'exact'
  return reference === undefined ? null : 'value'
}

function listing(problems: ListedPage[], { out }: Rows): string {
  const terminal = terminalOf(process.stdout)
  const { bold, cyan, dim } = out === undefined ? terminal.colors : NO_COLORS
  const idWidth = Math.max(...problems.map(({ id }) => id.length))
  const dimWidth = Math.max(...problems.map(({ settings }) => String(settings.dim).length + 'd = '.length))
  const room = terminal.isTerminal ? Math.max(20, terminal.width() - idWidth - dimWidth - 6) : 200
  const groups = [...new Set(problems.map(({ group }) => group))]
  const blocks = groups.map((group) => {
    const members = problems.filter((problem) => problem.group === group)
    const lines = members.flatMap(({ id, title, exercises, settings }) => {
      const size = `d = ${settings.dim}`.padEnd(dimWidth)
      const margin = ' '.repeat(idWidth + dimWidth + 6)
      const notes = exercises === undefined ? [] : wrap(exercises, room).map((line) => margin + dim(line))
      const [first, ...rest] = wrap(title, room)
      return [
        `  ${cyan(id.padEnd(idWidth))}  ${size}  ${first}`,
        ...rest.map((line) => margin + line),
        ...notes,
      ]
    })
    return [bold(group), ...lines].join('\n')
  })
  return [
    ...blocks,
    `Solve one with 'deepbsde solve <id>'; change it with '--set name=value'; see its page with 'deepbsde show <id>'.`,
  ].join('\n\n')
}
