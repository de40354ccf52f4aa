/** The files that a command is to write, looked at before any work: none may destroy an input, another or a page. */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { UserError } from '../errors/errors.ts'
import { MAGIC } from './magic.ts'
import { statOf, strangeKind, targetOf } from './target.ts'
import { WriteError } from './write-error.ts'

export interface Output {
  /** `--report` */
  option: string
  path: string
}

export interface Input {
  /** In words, with its article: `the page`. */
  what: string
  path: string
}

/** Endings of forms that no text of ours has, by what people ask for. */
const FOREIGN = new Set(['.xlsx', '.xls', '.ods', '.docx', '.doc', '.parquet', '.mat', '.npz', '.npy'])
/** And of pages: `--report` writes HTML. */
const NO_PAGE = new Set(['.pdf', '.png', '.svg', '.json', '.csv', '.md', '.tex'])

/** Endings of what people write by hand. */
const WRITTEN_BY_HAND = new Set(['.yaml', '.yml', '.ts', '.mts', '.js', '.mjs'])

/**
 * Outputs from flags; those that were not given are left out.
 * @param named the flags' names without dashes
 */
export function outputsOf<Name extends string>(
  flags: Partial<Record<Name, string | boolean | undefined>>,
  ...named: Name[]
): Output[] {
  return named.flatMap((name) => {
    const path = flags[name]
    return typeof path === 'string' ? [{ option: `--${name}`, path }] : []
  })
}

/** @throws UserError where an output could not be written, or would destroy an input, another output or a page */
export function checkOutputs(outputs: readonly Output[], inputs: readonly Input[] = []): void {
  for (const output of outputs) requireOwnForm(output)
  const taken = new Map(inputs.map(({ what, path }) => [identityOf(path), what]))
  for (const output of outputs) {
    const { option, path } = output
    const identity = identityOf(path)
    const other = taken.get(identity)
    if (other !== undefined) {
      throw new UserError(`${option}: '${path}' is ${other}, which it would destroy. Give another name.`)
    }
    requireWritable(output)
    taken.set(identity, `the file of ${option}`)
  }
}

function requireOwnForm({ option, path }: Output): void {
  const ending = extname(path).toLowerCase()
  if (option === '--report' && (NO_PAGE.has(ending) || FOREIGN.has(ending))) {
    throw new UserError(
      `--report writes a page for browsers, got '${path}'. Use --report report.html; a browser prints it as PDF.`,
    )
  }
  if (option === '--out' && FOREIGN.has(ending)) {
    throw new UserError(`--out writes text, got '${path}'. Use --out table.csv, which such programs read.`)
  }
}

/** Its place, whatever links and hard links lead there. */
function identityOf(path: string): string {
  const target = wherever(path)
  const stats = statOf(target)
  if (stats !== null) return `${stats.dev}:${stats.ino}`
  const folder = statOf(dirname(target))
  return `${folder?.dev}:${folder?.ino}:${target.slice(dirname(target).length)}`
}

function wherever(path: string): string {
  try {
    return targetOf(path)
  } catch {
    return path
  }
}

function requireWritable({ option, path }: Output): void {
  const target = wherever(path)
  try {
    accessSync(dirname(target), constants.W_OK)
    // For names that no file can have.
    statSync(target, { throwIfNoEntry: false })
  } catch (error) {
    const { message } = new WriteError(path, error as NodeJS.ErrnoException)
    throw new UserError(`${option}: ${message}. Give another file.`)
  }
  const stats = statOf(target)
  if (stats === null) return
  const strange = strangeKind(stats)
  if (strange !== null) throw new UserError(`${option}: '${path}' is ${strange}. Give the name of a file.`)
  const isOurs = option === '--checkpoint' || option === '--save'
  if (WRITTEN_BY_HAND.has(extname(path)) && stats.size > 0) {
    throw new UserError(
      `${option}: '${path}' is there, and may be a page. It is left as it is: give another name.`,
    )
  }
  if (!isOurs && beginsWithMagic(target)) {
    throw new UserError(
      `${option}: '${path}' is a checkpoint, model or policy. It is left as it is: give another name.`,
    )
  }
}

function beginsWithMagic(path: string): boolean {
  const start = new Uint8Array(MAGIC.length)
  try {
    const file = openSync(path, 'r')
    try {
      return readSync(file, start) === MAGIC.length && MAGIC.every((byte, k) => start[k] === byte)
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}
