/** The form of the help: short enough for one screen, options in groups, examples and exit codes at the end. */
import type { Command, Help } from 'commander'

/** Lines at the end of a command's help. */
export interface HelpNotes {
  examples: string[]
  exitCodes?: string
}

const GROUP_WIDTH = 10
const MIN_ROOM = 24
const MOST_TERM = 28

/** Gives a command help of our form. */
export function withHelp(command: Command, notes: HelpNotes): Command {
  return command.configureHelp({
    minWidthToWrap: MIN_ROOM,
    formatHelp: (target, helper) => formatHelp(target, helper, notes),
  })
}

function formatHelp(command: Command, helper: Help, notes: HelpNotes): string {
  const items = [...commandItems(command, helper), ...optionItems(command, helper)]
  const termWidth = Math.max(...items.map(({ term }) => term.length))
  const margin = GROUP_WIDTH + termWidth + 2
  const room = Math.max(MIN_ROOM, Math.min(helper.helpWidth ?? 80, 100) - margin)
  let group = ''
  const lines = items.map((item) => {
    const heading = item.group === group ? '' : item.group
    group = item.group
    const text = helper.boxWrap(item.description, room).replaceAll('\n', `\n${' '.repeat(margin)}`)
    return `${helper.styleTitle(heading.padEnd(GROUP_WIDTH))}${item.term.padEnd(termWidth)}  ${text}`
  })
  return [
    `${helper.styleTitle('Usage:')} ${helper.commandUsage(command)}`,
    helper.boxWrap(helper.commandDescription(command), Math.min(helper.helpWidth ?? 80, 100)),
    '',
    ...lines,
    '',
    ...labelled(helper, 'Examples', notes.examples),
    ...(notes.exitCodes === undefined ? [] : labelled(helper, 'Exit code', notes.exitCodes.split('\n'))),
    '',
  ].join('\n')
}

interface Item {
  group: string
  term: string
  description: string
}

function commandItems(command: Command, helper: Help): Item[] {
  return helper.visibleCommands(command).map((sub) => ({
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
    group: option.helpGroupHeading ?? 'Options',
    term: helper.optionTerm(option),
    description: option.description,
  }))
}

function labelled(helper: Help, label: string, lines: string[]): string[] {
  return lines.map((line, index) => helper.styleTitle((index === 0 ? label : '').padEnd(GROUP_WIDTH)) + line)
}
