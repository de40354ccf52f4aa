/**
 * What a command of many runs has done so far, one JSON object a line: appended as runs end, each line by one write and on the
 * disk when it counts, so that the command goes on where it was killed. One command at a time writes a file.
 */
import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { UserError } from '../errors/errors.ts'
import { FileLock } from '../files/lock.ts'
import { ReadError, readPlain } from '../files/read.ts'
import { statOf } from '../files/target.ts'
import { WriteError } from '../files/write-error.ts'

/** Far more than a hundred thousand runs need. */
const MOST_BYTES = 2 ** 30
const NEW_LINE = 10

export interface Row {
  /** See `keyOf`. */
  key: string
}

export class Journal<R extends Row> {
  /** What was done before, by key. */
  readonly known: ReadonlyMap<string, R>
  readonly #path: string
  readonly #lock: FileLock
  readonly #descriptor: number
  readonly #isNew: boolean

  private constructor(
    path: string,
    lock: FileLock,
    known: ReadonlyMap<string, R>,
    descriptor: number,
    isNew: boolean,
  ) {
    this.#path = path
    this.#lock = lock
    this.known = known
    this.#descriptor = descriptor
    this.#isNew = isNew
  }

  /**
   * @param option what is said in front: `--out`
   * @param rowOf a row from a line's value; null for what is none
   * @throws UserError where another command writes it, or it is none
   */
  static async open<R extends Row>(
    option: string,
    path: string,
    rowOf: (form: unknown) => R | null,
  ): Promise<Journal<R>> {
    const lock = takeLock(option, path)
    try {
      const isNew = statOf(path) === null
      const rows = await readRows(path, rowOf)
      const descriptor = openSync(path, 'a')
      dropCutOff(descriptor, rows.wholeBytes)
      return new Journal(path, lock, new Map(rows.rows.map((row) => [row.key, row])), descriptor, isNew)
    } catch (error) {
      lock.release()
      if (error instanceof UserError) throw error
      throw new UserError(
        `${option}: ${new WriteError(path, error as NodeJS.ErrnoException).message}. Give another file.`,
      )
    }
  }

  /** On the disk when this returns. @throws WriteError, UserError where the file is no longer ours */
  append(row: R): void {
    if (!this.#lock.isHeld) {
      throw new UserError(
        `'${this.#path}' was taken over by another process. Begin again with the same command.`,
      )
    }
    const line = Buffer.from(`${JSON.stringify(row)}\n`)
    const before = fstatSync(this.#descriptor).size
    try {
      let done = 0
      while (done < line.length) done += writeSync(this.#descriptor, line, done)
      fdatasyncSync(this.#descriptor)
    } catch (error) {
      dropCutOff(this.#descriptor, before)
      throw new WriteError(this.#path, error as NodeJS.ErrnoException)
    }
  }

  /** One that nothing came into leaves no file. */
  close(): void {
    const isForNothing = this.#isNew && this.#lock.isHeld && fstatSync(this.#descriptor).size === 0
    closeSync(this.#descriptor)
    if (isForNothing) rmSync(this.#path, { force: true })
    this.#lock.release()
  }
}

function takeLock(option: string, path: string): FileLock {
  try {
    return FileLock.take(option, path)
  } catch (error) {
    if (error instanceof UserError) throw error
    const { message } = new WriteError(path, error as NodeJS.ErrnoException)
    throw new UserError(`${option}: ${message}. Give another file.`)
  }
}

/**
 * The rows of a journal, none where there is no such file; a last line that was cut off is left out.
 * @throws UserError for a file that is none
 */
export async function readRows<R extends Row>(
  path: string,
  rowOf: (form: unknown) => R | null,
): Promise<{ rows: R[]; wholeBytes: number }> {
  if (statOf(path) === null) return { rows: [], wholeBytes: 0 }
  const bytes = await readPlain(path, MOST_BYTES).catch((error) => {
    if (!(error instanceof ReadError)) throw error
    throw new UserError(`${path}: ${error.message}. Give another file.`)
  })
  const wholeBytes = bytes.lastIndexOf(NEW_LINE) + 1
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n')
  const rows = lines.flatMap((line, index) => {
    if (line.trim() === '') return []
    const row = rowOf(parsed(line))
    if (row !== null && typeof row.key === 'string') return [row]
    throw new UserError(`${path}: line ${index + 1} is no run that was kept. Give another file.`)
  })
  return { rows, wholeBytes }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** Takes away a last line that was cut off, so that the next one begins a line of its own. */
function dropCutOff(descriptor: number, bytes: number): void {
  if (fstatSync(descriptor).size > bytes) ftruncateSync(descriptor, bytes)
}
