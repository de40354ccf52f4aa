/** The command line that repeats a run. */
import type { Solution } from '../solution/solution.ts'

/** What a solution remembers of its run; options that it does not hold are at their defaults. */
export function repeatCommand(solution: Solution): string {
  const { problem, settings, method, steps, batchSize, iterations, seed, kernel } = solution
  const words = ['deepbsde', 'solve', problem]
  for (const [name, value] of Object.entries(settings))
    words.push('--set', `${name}=${JSON.stringify(value)}`)
  words.push('--method', method, '--steps', String(steps), '--batch-size', String(batchSize))
  words.push('--iterations', String(iterations), '--seed', String(seed), '--kernel', kernel)
  return shellCommand(words)
}

/** Words as a POSIX shell reads them. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}
