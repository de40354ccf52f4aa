/** What the system lets this process have: where it is too little, Node itself ends in the middle of anything. */
import { readFileSync } from 'node:fs'
import { UserError } from '../errors/errors.ts'

/** @param who `2 workers need`. @throws UserError where the limit is known and lower */
export function requireOpenFiles(least: number, who: string): void {
  const most = limitOf('Max open files')
  if (most >= least) return
  throw new UserError(
    `this process may open ${most} files, ${who} up to ${least}. Raise the limit: ulimit -n ${Math.max(1024, least)}.`,
  )
}

/**
 * Addresses are not memory: V8 keeps ten gigabytes of them around a WebAssembly memory, and never touches most.
 * @throws UserError where the limit is known and lower
 */
export function requireAddresses(leastMegabytes: number, who: string): void {
  const most = Math.floor(limitOf('Max address space') / 2 ** 20)
  if (most >= leastMegabytes) return
  throw new UserError(
    `this process may map ${most} MB of addresses, ${who} up to ${leastMegabytes}, most of them never used. Take the limit away: ulimit -v unlimited.`,
  )
}

/** Infinity where the system has none, or does not tell. */
function limitOf(name: string): number {
  try {
    const [, soft] =
      readFileSync('/proc/self/limits', 'utf8').match(new RegExp(`^${name} +(\\d+)`, 'm')) ?? []
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
