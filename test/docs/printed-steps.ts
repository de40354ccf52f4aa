/** What README and docs print to be run: commands, programs and pages of formulas, in the order of their page. */

export interface PrintedStep {
  kind: 'command' | 'program' | 'page'
  text: string
}

const KINDS: Record<string, PrintedStep['kind']> = { sh: 'command', ts: 'program', yaml: 'page' }
/** A block between fences, or a command that is set off by spaces. */
const PRINTED = /^```(sh|ts|yaml)\n([\s\S]*?)^```$|^ {4}((?:deepbsde|npx|npm|node) .*)$/gm

/** Comments, and lines that only set variables, are no commands. */
const commandsOf = (block: string) =>
  block.split('\n').filter((line) => line.trim() !== '' && !/^(?:#|export )/.test(line))

export function printedSteps(markdown: string): PrintedStep[] {
  return [...markdown.matchAll(PRINTED)].flatMap(([, language, block, line]): PrintedStep[] => {
    const kind = line === undefined ? KINDS[language] : 'command'
    if (kind !== 'command') return [{ kind, text: block }]
    return commandsOf(line ?? block).map((text) => ({ kind, text: text.trim() }))
  })
}

/** Files that a command is to leave behind. */
export function outputsOf(command: string): string[] {
  const uncommented = command.replace(/ +# .*$/, '')
  const found = uncommented.matchAll(/(?:--(?:out|report|plot|html|log|save|checkpoint)|>) ([\w-]+\.[\w.]+)/g)
  return [...found].map(([, file]) => file)
}
