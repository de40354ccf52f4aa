/** `deepbsde list`: the problems that come with the package, and the methods. */
import { Command } from 'commander'
import { UserError } from '../errors/errors.ts'
import type { About } from '../methods/about.ts'
import type { Page } from '../page/page.ts'
import type { Table } from '../report/table.ts'
import { wrap } from '../solution/format-text.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { type RowFlags, rowOptions } from './row-flags.ts'
import type { Rows } from './rows.ts'
import { FOR_FILES, type Listing, terminalOf } from './terminal.ts'

const CLOSING = `Solve one with 'deepbsde solve <id>'; change it with '--set name=value'; see its page with 'deepbsde show <id>'.`
/** Columns of a title that stands beside the problem's name. */
const LEAST_ROOM = 30

export function listCommand(finish: (exitCode: number) => void, methods: readonly About[]): Command {
  const [format, out] = rowOptions()
  const command = new Command('list')
    .usage('[words…] [options]')
    .summary('the built-in problems, and the methods')
    .description(
      'Lists the built-in problems, grouped, with what each of them exercises, then the methods that solve them; with words only the problems that have all of them in name, title, group, source or notes.',
    )
    .argument('[words...]')
    .helpOption('-h, --help', 'this help')
    .option('--methods', 'the methods alone, with the options that each knows')
    .addOption(format)
    .addOption(out)
    .option('--json', 'short for --format json: of the problems, or of the methods')
    .option('--debug', 'with the stack of an error')
    .action(async (words: string[], flags: RowFlags & { methods?: boolean }) => {
      const { deliver, rowsOf } = await import('./rows.ts')
      const rows = rowsOf(flags)
      const terminal = rows.out === undefined ? terminalOf(process.stdout) : FOR_FILES
      if (flags.methods) {
        const { methodsText } = await import('./list-methods.ts')
        await deliver(methodsText(methods, rows, terminal), rows)
        return finish(EXIT.done)
      }
      const { loadAllProblems } = await import('../page/catalog.ts')
      const all = await loadAllProblems()
      const problems = all.filter((page) => words.every((word) => isAbout(page, word)))
      if (problems.length === 0) {
        throw new UserError(
          `no built-in problem is about '${words.join(' ').slice(0, 60)}'. 'deepbsde list' shows all.`,
        )
      }
      const also =
        words.length === 0 ? [(await import('./list-methods.ts')).methodListing(methods, terminal)] : []
      const closing = terminal.isTerminal ? wrap(CLOSING, terminal.width()).join('\n') : CLOSING
      const asText = () => [listing(problems, terminal), ...also, closing].join('\n\n')
      await deliver(await problemsText(problems, rows, asText), rows)
      finish(EXIT.done)
    })
  return withHelp(command, {
    examples: ['deepbsde list', 'deepbsde list heat', 'deepbsde list --methods'],
  })
}

/** Whether some text of the page has the word in it, whatever its case. */
function isAbout({ id, title, group, source, exercises = '' }: Page, word: string): boolean {
  return [id, title, group, source, exercises].join(' ').toLowerCase().includes(word.toLowerCase())
}

async function problemsText(problems: Page[], rows: Rows, asText: () => string): Promise<string> {
  if (rows.format === 'json') return JSON.stringify(problems.map(entryOf))
  if (rows.format === 'table') return asText()
  const { rowsText } = await import('./rows.ts')
  return rowsText(tableOf(problems), rows)
}

function tableOf(problems: Page[]): Table {
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
function entryOf({ id, title, group, exercises, source, settings, x0, published, ...page }: Page) {
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
function referenceKind({ exact, reference }: Pick<Page, 'exact' | 'reference'>) {
  if (exact !== undefined) return 'exact'
  return reference === undefined ? null : 'value'
}

/** For people: names, dimensions, titles and what each exercises, in the groups of the pages. */
export function listing(problems: Page[], terminal: Listing): string {
  const { bold, cyan, dim } = terminal.colors
  const idWidth = Math.max(...problems.map(({ id }) => id.length))
  const dimWidth = Math.max(...problems.map(({ settings }) => String(settings.dim).length + 'd = '.length))
  const beside = idWidth + dimWidth + 6
  const width = terminal.isTerminal ? terminal.width() : 200 + beside
  // Titles that have no room beside the names stand below.
  const isBeside = width - beside >= LEAST_ROOM
  const margin = ' '.repeat(isBeside ? beside : 4)
  const room = Math.max(LEAST_ROOM, width - margin.length)
  const groups = [...new Set(problems.map(({ group }) => group))]
  const paragraphs = groups.map((group) => {
    const members = problems.filter((problem) => problem.group === group)
    const lines = members.flatMap(({ id, title, exercises, settings }) => {
      const size = `d = ${settings.dim}`
      const titles = wrap(title, room)
      const first = isBeside ? `${size.padEnd(dimWidth)}  ${titles.shift()}` : size
      return [
        `  ${cyan(id.padEnd(isBeside ? idWidth : 0))}  ${first}`,
        ...titles.map((line) => margin + line),
        ...(exercises === undefined ? [] : wrap(exercises, room).map((line) => margin + dim(line))),
      ]
    })
    return [bold(group), ...lines].join('\n')
  })
  return paragraphs.join('\n\n')
}
