/**
 * The file under a log. pino's own destination tries for ever on a full disk when it is flushed; here a file that can
 * no longer be written ends the log with one line on stderr, and not the run.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { UserError } from '../errors/errors.ts'

/** Characters that are collected before they are written. */
const BUFFER_LENGTH = 65_536

export class LineFile {
  readonly #path: string
  readonly #descriptor: number
  #buffer = ''
  #isBroken = false

  /** @throws UserError where the file cannot be written. */
  static open(path: string): LineFile {
    try {
      return new LineFile(path, openSync(path, 'a'))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new UserError(
        `--log: '${path}' cannot be written (${code}). Give a file in a folder that you may write to.`,
      )
    }
  }

  private constructor(path: string, descriptor: number) {
    this.#path = path
    this.#descriptor = descriptor
  }

  write(line: string): void {
    this.#buffer += line
    if (this.#buffer.length >= BUFFER_LENGTH) this.flush()
  }

  flush(): void {
    let rest = Buffer.from(this.#buffer)
    this.#buffer = ''
    if (this.#isBroken) return
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#descriptor, rest))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      this.#isBroken = true
      process.stderr.write(
        `deepbsde: --log: '${this.#path}' can no longer be written (${code}): it ends here.\n`,
      )
    }
  }

  close(): void {
    this.flush()
    closeSync(this.#descriptor)
  }
}
