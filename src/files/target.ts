/** What a name stands for, before anything is written under it. */
import { readlinkSync, type Stats, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Links to links that are followed; Linux follows as many. */
const MOST_LINKS = 40

/**
 * The file that links lead to, whether it is there or not: what is renamed over a link would replace the link.
 * @throws ErrnoException ELOOP
 */
export function targetOf(path: string): string {
  let target = resolve(path)
  for (let k = 0; k < MOST_LINKS; k++) {
    const next = linkAt(target)
    if (next === null) return target
    target = resolve(dirname(target), next)
  }
  throw Object.assign(new Error(`${path}: too many links`), { code: 'ELOOP' })
}

function linkAt(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}

/** What is there, or null; null too for a name that no file can have. */
export function statOf(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

/** What is no plain file, in words: nothing is written to it, and nothing of it read. */
export function strangeKind(stats: Stats): string | null {
  if (stats.isFile()) return null
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}
