/**
 * The file under a log. pino's own destination tries for ever on a full disk when it is flushed; here a file that can
 * no longer be written ends the log after a whole line, with one line on stderr, and not the run. A file that was
 * moved away (rotated) is begun anew.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { UserError } from '../errors/errors.ts'
import { statOf, strangeKind } from '../files/target.ts'
import { printable, terminalText } from '../text/printable.ts'

/** Characters that are collected before they are written. */
const BUFFER_LENGTH = 65_536
const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK = 0 } = constants
const NEW_LINE = 10

export class LineFile {
  readonly #path: string
  #descriptor: number
  #buffer = ''
  #isBroken = false

  /** @throws UserError where the file cannot be written. */
  static open(path: string): LineFile {
    try {
      return new LineFile(path, openForAppending(path))
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      throw new UserError(
        `--log: '${path}' cannot be written (${code ?? message}). Give a file in a folder that you may write to.`,
      )
    }
  }

  private constructor(path: string, descriptor: number) {
    this.#path = path
    this.#descriptor = descriptor
  }

  /** Whether lines are missing at its end. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  write(line: string): void {
    // Logs are read in terminals.
    this.#buffer += terminalText(line)
    if (this.#buffer.length >= BUFFER_LENGTH) this.flush()
  }

  flush(): void {
    const lines = Buffer.from(this.#buffer)
    this.#buffer = ''
    if (this.#isBroken || lines.length === 0) return
    let done = 0
    try {
      this.#reopenIfMoved()
      while (done < lines.length) done += writeSync(this.#descriptor, lines, done)
    } catch (error) {
      this.#end(lines, done, error as NodeJS.ErrnoException)
    }
  }

  close(): void {
    this.flush()
    closeSync(this.#descriptor)
  }

  #reopenIfMoved(): void {
    const own = fstatSync(this.#descriptor)
    const there = statOf(this.#path)
    if (there !== null && there.ino === own.ino && there.dev === own.dev) return
    const descriptor = openForAppending(this.#path)
    closeSync(this.#descriptor)
    this.#descriptor = descriptor
  }

  /** Takes back the part of a line that got through, and says that this was all. */
  #end(lines: Buffer, done: number, { code, message }: NodeJS.ErrnoException): void {
    this.#isBroken = true
    const torn = done - (lines.lastIndexOf(NEW_LINE, done - 1) + 1)
    try {
      if (done > 0 && torn > 0) ftruncateSync(this.#descriptor, fstatSync(this.#descriptor).size - torn)
    } catch {
      // It ends as it does.
    }
    process.stderr.write(
      `deepbsde: --log: '${printable(this.#path)}' can no longer be written (${code ?? message}): it ends here.\n`,
    )
  }
}

/** @throws Error where it is no plain file: a pipe without a reader would be waited for */
function openForAppending(path: string): number {
  const there = statOf(path)
  const strange = there && strangeKind(there)
  if (strange) throw new Error(`it is ${strange}`)
  return openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK, 0o666)
}
