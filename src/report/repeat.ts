/** The command line that repeats a run. */
import type { About } from '../methods/about.ts'
import { optionsOf } from '../methods/options.ts'
import type { Option } from '../options/option.ts'
import type { Solution } from '../solution/solution.ts'

const USUAL_CONFIDENCE = 0.95

/**
 * A command with the same bits: page, settings, seed, kernel, and all that was chosen.
 *
 * @param page how the command is to call it: the path of one's own; its id unless given
 */
export function repeatCommand(solution: Solution, methods: readonly About[], page?: string): string {
  const { problem, settings, method, seed, kernel, confidence, options = {}, secondOpinion } = solution
  const words = ['deepbsde', 'solve', page ?? problem]
  for (const [name, value] of Object.entries(settings)) {
    words.push('--set', `${name}=${settingText(value)}`)
  }
  words.push('--method', method)
  const chosen = options as Record<string, unknown>
  for (const option of optionsOf(methods)) words.push(...wordsOf(option, chosen[option.name]))
  words.push('--seed', String(seed), '--kernel', kernel)
  if (confidence !== USUAL_CONFIDENCE) words.push('--confidence', String(confidence))
  if (secondOpinion) words.push('--second-opinion')
  return shellCommand(words)
}

/** A list without brackets, which shells would want in quotes. */
function settingText(value: Solution['settings'][string]): string {
  return Array.isArray(value) && !Array.isArray(value[0]) && value.length > 1
    ? value.join(',')
    : JSON.stringify(value)
}

function wordsOf({ flag, takes }: Option, value: unknown): string[] {
  if (value === undefined) return []
  if (takes === null) return [value === false ? flag.replace(/^--/, '--no-') : flag]
  return [flag, String(value)]
}

/** Words as a POSIX shell reads them. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}
