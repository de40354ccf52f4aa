/** The options of all methods as the command line takes them. */
import { type Command, Option } from 'commander'
import type { About } from '../methods/about.ts'
import { optionsOf } from '../methods/options.ts'
import type { Option as Choice } from '../options/option.ts'

/** For the help: the heading, and what stands under it. */
export type Groups = Record<string, Option[]>

/** Adds options under their headings. */
export function addGroups(command: Command, groups: Groups): void {
  for (const [heading, options] of Object.entries(groups)) {
    for (const option of options) command.addOption(option.helpGroup(heading))
  }
}

/** `--method <id>` */
export function methodOption(methods: readonly About[]): Option {
  const ids = methods.map(({ id }) => id)
  return choices('--method <id>', ids, ids.join(', '))
}

/** A value among a few, which completion offers; it is read by whoever is given it unless `argParser` says how. */
export function choices(flags: string, names: readonly string[], help: string): Option {
  const option = new Option(flags, help)
  option.argChoices = [...names]
  return option
}

/** Puts what the methods know under the headings that it belongs to; a heading of a method's own comes behind `own`. */
export function withMethods(own: Groups, methods: readonly About[], isWanted = (_: Choice) => true): Groups {
  const groups: Groups = { ...own }
  for (const option of optionsOf(methods).filter(isWanted)) {
    groups[option.group] = [...(groups[option.group] ?? []), ...commandOptions(option)]
  }
  return groups
}

/** Under the name that the engine knows it by. */
function commandOptions(choice: Choice): Option[] {
  const { name, flag, takes, help, isTernary, parse } = choice
  const option = choices(takes === null ? flag : `${flag} ${takes}`, choice.choices ?? [], help)
  if (parse !== null) option.argParser(parse)
  const options = isTernary ? [option, new Option(flag.replace(/^--/, '--no-')).hideHelp()] : [option]
  for (const each of options) each.attributeName = () => name
  return options
}
