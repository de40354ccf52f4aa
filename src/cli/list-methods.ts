/** The methods, as `deepbsde list` shows them. */
import type { About } from '../methods/about.ts'
import { subjectOf } from '../methods/parts.ts'
import { wrap } from '../solution/format-text.ts'
import { type Rows, rowsText } from './rows.ts'
import type { Listing } from './terminal.ts'

/** Each in `list --methods --json`. */
function methodForms(methods: readonly About[]) {
  return methods.map(({ id, title, source, needs, takes, isUsual = false, options, canResume = false }) => ({
    id,
    title,
    source,
    needs,
    takes,
    isUsual,
    options: options.map(({ name, flag, help }) => ({ name, flag, help })),
    canResume,
  }))
}

/** The methods alone, in any form, with the options of each. */
export function methodsText(methods: readonly About[], rows: Rows, terminal: Listing): string {
  if (rows.format === 'json') return JSON.stringify(methodForms(methods))
  if (rows.format === 'table') return methodListing(methods, terminal, true)
  const names = ['method', 'solves', 'title', 'source', 'options']
  const columns = names.map((name) => ({ key: name, title: name }))
  const cells = methods.map((about) => [
    about.id,
    subjectOf(about),
    about.title,
    about.source,
    about.options.map(({ flag }) => flag).join(' '),
  ])
  return rowsText({ columns, rows: cells }, rows)
}

export function methodListing(methods: readonly About[], terminal: Listing, withOptions = false): string {
  const { bold, cyan, dim } = terminal.colors
  const idWidth = Math.max(...methods.map(({ id }) => id.length))
  const kindWidth = Math.max(...methods.map((about) => subjectOf(about).length))
  const margin = ' '.repeat(idWidth + kindWidth + 6)
  const room = terminal.isTerminal ? Math.max(20, terminal.width() - margin.length) : 200
  const lines = methods.flatMap((about) => {
    const { id, title, options } = about
    const [first, ...rest] = wrap(title, room)
    const flags = withOptions ? wrap(options.map(({ flag }) => flag).join(' '), room) : []
    return [
      `  ${cyan(id.padEnd(idWidth))}  ${subjectOf(about).padEnd(kindWidth)}  ${first}`,
      ...rest.map((line) => margin + line),
      ...flags.map((line) => margin + dim(line)),
    ]
  })
  return [bold('Methods'), ...lines].join('\n')
}
