/**
 * Who writes a file over and over: a lock beside it, made exclusively and touched while its owner lives. One whose
 * owner is gone, killed or on a machine that is off, holds nobody up.
 */
import { readFileSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { UserError } from '../errors/errors.ts'
import { isAlive } from './replace.ts'
import { statOf, targetOf } from './target.ts'

const TOUCH_MS = 5000
/** Without a touch for so long, its owner is gone or stopped. */
const STALE_MS = 60_000
/** More than any lock has. */
const MOST_BYTES = 4096

interface Owner {
  deepbsde: 'lock'
  pid: number
  host: string
  token: string
}

export class FileLock {
  readonly #path: string
  readonly #text: string
  readonly #timer: NodeJS.Timeout

  private constructor(path: string, text: string) {
    this.#path = path
    this.#text = text
    this.#timer = setInterval(() => this.#touch(), TOUCH_MS)
    this.#timer.unref()
  }

  /**
   * @param option what is said in front
   * @throws UserError where somebody else writes the file, ErrnoException where its folder cannot be written to
   */
  static take(option: string, path: string): FileLock {
    const lock = `${targetOf(path)}.lock`
    const token = `${Date.now()}-${Math.trunc(performance.now() * 1e3)}`
    const owner: Owner = { deepbsde: 'lock', pid: process.pid, host: hostname(), token }
    const text = JSON.stringify(owner)
    for (let tries = 0; tries < 3; tries++) {
      if (created(lock, text)) return new FileLock(lock, text)
      requireStale(option, path, lock)
      remove(lock)
    }
    throw new UserError(`${option}: '${path}' is being written by another process. Give another name.`)
  }

  /** Whether it is still ours: a process that was stopped for long may find its file with somebody else. */
  get isHeld(): boolean {
    return contentOf(this.#path) === this.#text
  }

  release(): void {
    clearInterval(this.#timer)
    if (this.isHeld) remove(this.#path)
  }

  #touch(): void {
    try {
      if (this.isHeld) utimesSync(this.#path, new Date(), new Date())
    } catch {
      // Gone, which the next write will find.
    }
  }
}

function created(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function requireStale(option: string, path: string, lock: string): void {
  const stats = statOf(lock)
  if (stats === null) return
  const owner = stats.isFile() && stats.size <= MOST_BYTES ? ownerIn(contentOf(lock)) : null
  // Another process may be about to write what it has just made.
  const isFresh = Date.now() - stats.mtimeMs < STALE_MS
  if (owner === null) {
    if (stats.isFile() && stats.size === 0 && !isFresh) return
    throw new UserError(`${option}: '${lock}' is there and no lock of ours. Remove it, or give another name.`)
  }
  const isHere = owner.host === hostname()
  if (!isFresh || (isHere && !isAlive(owner.pid))) return
  throw new UserError(
    `${option}: '${path}' is being written by process ${owner.pid}${isHere ? '' : ` on ${owner.host}`}. Wait for it, or give another name.`,
  )
}

function ownerIn(text: string | null): Owner | null {
  try {
    const owner = JSON.parse(text ?? '')
    const isOwner = owner?.deepbsde === 'lock' && Number.isSafeInteger(owner.pid) && owner.pid > 0
    return isOwner && typeof owner.host === 'string' ? owner : null
  } catch {
    return null
  }
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Gone already.
  }
}
