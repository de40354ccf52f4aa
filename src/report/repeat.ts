/** The command line that repeats a run. */
import { describeMethods } from '../methods/catalog.ts'
import { optionsOf } from '../methods/options.ts'
import type { Solution } from '../solution/solution.ts'

/** Everything that was chosen, by its flag; what was not stands at its default again. */
export async function repeatCommand({
  problem,
  settings,
  method,
  seed,
  kernel,
  options = {},
  confidence,
  secondOpinion,
}: Solution): Promise<string> {
  const words = ['deepbsde', 'solve', problem]
  for (const [name, value] of Object.entries(settings)) words.push('--set', `${name}=${settingText(value)}`)
  words.push('--method', method, '--seed', String(seed), '--kernel', kernel)
  if (confidence !== 0.95) words.push('--confidence', String(confidence))
  if (secondOpinion !== undefined) words.push('--second-opinion')
  const known = new Map(optionsOf(await describeMethods()).map((option) => [option.name, option]))
  for (const [name, value] of Object.entries(options)) {
    const option = known.get(name)
    if (option === undefined || value === undefined) continue
    if (value === false) words.push(...(option.isTernary ? [option.flag.replace(/^--/, '--no-')] : []))
    else words.push(option.flag, ...(option.takes === null ? [] : [String(value)]))
  }
  return shellCommand(words)
}

/** A list without brackets, which shells would want in quotes. */
function settingText(value: Solution['settings'][string]): string {
  return Array.isArray(value) && !Array.isArray(value[0]) && value.length > 1
    ? value.join(',')
    : JSON.stringify(value)
}

/** Words as a POSIX shell reads them. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}
