/** `deepbsde list`: the problems that come with the package, and the methods. */
import { Command } from 'commander'
import type { About } from '../methods/about.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { wrap } from '../solution/format-text.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { print } from './print.ts'
import { type Terminal, terminalOf } from './terminal.ts'

const CLOSING = `Solve one with 'deepbsde solve <id>'; change it with '--set name=value'.`

/** What equations and control problems have in common. */
type ListedPage = Pick<
  ProblemDefinition,
  'id' | 'title' | 'group' | 'exercises' | 'source' | 'settings' | 'x0' | 'published' | 'exact'
> & { reference?: unknown }

export function listCommand(finish: (exitCode: number) => void, methods: readonly About[]): Command {
  const command = new Command('list')
    .summary('the built-in problems, and the methods')
    .description(
      'Lists the built-in problems, grouped, with what each of them exercises, then the methods that solve them.',
    )
    .helpOption('-h, --help', 'this help')
    .option('--methods', 'the methods alone, with the options that each knows')
    .option('--json', 'one JSON array instead of text: of the problems, or of the methods')
    .option('--debug', 'with the stack of an error')
    .action(async ({ json, methods: alone }: { json?: boolean; methods?: boolean }) => {
      const terminal = terminalOf(process.stdout)
      if (alone) {
        const { methodListing, methodForms } = await import('./list-methods.ts')
        print(`${json ? JSON.stringify(methodForms(methods)) : methodListing(methods, terminal, true)}\n`)
        return finish(EXIT.done)
      }
      const { loadAllProblems } = await import('../page/catalog.ts')
      const problems: ListedPage[] = await loadAllProblems()
      const { methodListing } = await import('./list-methods.ts')
      const text = json
        ? JSON.stringify(problems.map(entryOf))
        : [listing(problems, terminal), methodListing(methods, terminal), CLOSING].join('\n\n')
      print(`${text}\n`)
      finish(EXIT.done)
    })
  return withHelp(command, { examples: ['deepbsde list', 'deepbsde list --json', 'deepbsde list --methods'] })
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

function listing(problems: ListedPage[], terminal: Terminal): string {
  const { bold, cyan, dim } = terminal.colors
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
  return blocks.join('\n\n')
}
