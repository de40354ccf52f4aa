/** How many files this process may open: where they are too few, Node itself ends in the middle of anything. */
import { readFileSync } from 'node:fs'
import { UserError } from '../errors/errors.ts'

/** @param who `2 workers need`. @throws UserError where the limit is known and lower */
export function requireOpenFiles(least: number, who: string): void {
  const most = mostOpenFiles()
  if (most >= least) return
  throw new UserError(
    `this process may open ${most} files, ${who} up to ${least}. Raise the limit: ulimit -n ${Math.max(1024, least)}.`,
  )
}

/** Infinity where the system does not tell. */
function mostOpenFiles(): number {
  try {
    const [, soft] = readFileSync('/proc/self/limits', 'utf8').match(/^Max open files +(\d+)/m) ?? []
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
