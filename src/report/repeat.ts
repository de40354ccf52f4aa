/** The command line that repeats a run. */
import type { Solution } from '../solution/solution.ts'

/** What a solution remembers of its run; options that it does not hold are at their defaults. */
export function repeatCommand(solution: Solution): string {
  const { problem, settings, region, method, steps, batchSize, iterations, paths, cost, seed, kernel } =
    solution
  const words = ['deepbsde', 'solve', problem]
  for (const [name, value] of Object.entries(settings))
    words.push('--set', `${name}=${JSON.stringify(value)}`)
  if (region) words.push('--region', region.law)
  const own = cost
    ? { levels: iterations, base: batchSize, repetitions: paths }
    : { steps, 'batch-size': batchSize, iterations }
  for (const [name, value] of Object.entries({ method, ...own, seed, kernel }))
    words.push(`--${name}`, String(value))
  return shellCommand(words)
}

/** Words as a POSIX shell reads them. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}
