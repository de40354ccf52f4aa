/** The form of the help: short enough for one screen, options in groups, examples and exit codes at the end. */
import { type Command, type Help, Option } from 'commander'
import { wrap } from '../solution/format-text.ts'

/** What a command's help says beside its options. */
export interface HelpNotes {
  examples: string[]
  exitCodes?: string
  /** Long names of the options that `--help` shows, where they are many; `--help-all` then shows the rest. */
  usual?: readonly string[]
}

const GROUP_WIDTH = 10
const MIN_ROOM = 24
const MOST_TERM = 28
/** Columns that help is wrapped at: those of the window, within these. */
const LEAST_WIDTH = 60
const MOST_WIDTH = 100

/** Gives a command help of our form. */
export function withHelp(command: Command, notes: HelpNotes): Command {
  let isWhole = notes.usual === undefined
  // Every command takes it; the program itself would take it out of a command's mouth.
  if (command.commands.length === 0) {
    const helpAll = new Option('--help-all', 'every option').helpGroup('Help')
    command.addOption(isWhole ? helpAll.hideHelp() : helpAll)
    command.on('option:help-all', () => {
      isWhole = true
      command.help()
    })
  }
  return command.configureHelp({
    minWidthToWrap: MIN_ROOM,
    formatHelp: (target, helper) => formatHelp(target, helper, notes, isWhole),
  })
}

function formatHelp(command: Command, helper: Help, notes: HelpNotes, isWhole: boolean): string {
  const all = [...commandItems(command, helper), ...optionItems(command, helper)]
  const items = isWhole ? all : usualItems(all, notes.usual ?? [])
  const termWidth = Math.max(...items.map(({ term }) => term.length))
  const width = Math.max(LEAST_WIDTH, Math.min(helper.helpWidth ?? 80, MOST_WIDTH))
  const beside = GROUP_WIDTH + termWidth + 2
  // Where descriptions have no room beside the terms, they stand below.
  const isBeside = width - beside >= MIN_ROOM
  const margin = isBeside ? beside : GROUP_WIDTH + 2
  const newLine = `\n${' '.repeat(margin)}`
  let group = ''
  const lines = items.map((item) => {
    const heading = item.group === group ? '' : item.group
    group = item.group
    const text = helper.boxWrap(item.description, width - margin).replaceAll('\n', newLine)
    const term = isBeside ? `${item.term.padEnd(termWidth)}  ` : `${item.term}${newLine}`
    return `${helper.styleTitle(heading.padEnd(GROUP_WIDTH))}${term}${text}`
  })
  return [
    ...wrap(`${helper.styleTitle('Usage:')} ${helper.commandUsage(command)}`, width),
    helper.boxWrap(helper.commandDescription(command), width),
    '',
    ...lines,
    '',
    ...labelled(helper, 'Examples', notes.examples, width),
    ...(notes.exitCodes === undefined || !isWhole
      ? []
      : labelled(helper, 'Exit code', notes.exitCodes.split('\n'), width)),
    '',
  ].join('\n')
}

/** In the order of `usual`, and last where the rest is. */
function usualItems(items: readonly Item[], usual: readonly string[]): Item[] {
  const found = usual.flatMap((name) => items.filter((item) => item.name === name))
  const help = items.filter(({ name }) => name === 'help-all')
  const rest = items.length - found.length - help.length - 1
  return [
    ...found.map((item) => ({ ...item, group: 'Options' })),
    ...help.map((item) => ({ ...item, description: `the other ${rest} options, and exit codes` })),
  ]
}

interface Item {
  /** Without dashes. */
  name: string
  group: string
  term: string
  description: string
}

function commandItems(command: Command, helper: Help): Item[] {
  return helper.visibleCommands(command).map((sub) => ({
    name: sub.name(),
    group: 'Commands',
    term: commandTerm(sub.name(), sub.usage().replace('[options]', '').trim()),
    description: helper.subcommandDescription(sub),
  }))
}

/** A long usage stays in the command's own help. */
function commandTerm(name: string, usage: string): string {
  const term = `${name} ${usage}`.trim()
  return term.length <= MOST_TERM ? term : `${name} …`
}

function optionItems(command: Command, helper: Help): Item[] {
  return helper.visibleOptions(command).map((option) => ({
    name: option.name(),
    group: option.helpGroupHeading ?? 'Options',
    term: helper.optionTerm(option),
    description: option.description,
  }))
}

/** Lines beside a label; what is longer than there is room for goes on below, further in. */
function labelled(helper: Help, label: string, lines: string[], width: number): string[] {
  const parts = lines.flatMap((line) =>
    wrap(line, width - GROUP_WIDTH - 2).map((part, k) => (k === 0 ? part : `  ${part}`)),
  )
  return parts.map((part, index) => helper.styleTitle((index === 0 ? label : '').padEnd(GROUP_WIDTH)) + part)
}
