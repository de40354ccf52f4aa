/**
 * The form of the files that a run leaves behind, checkpoints and models:
 *
 *     8 bytes   magic
 *     4         version of the form, little-endian as all numbers
 *     4         length of the description
 *     8         length of the arrays
 *     …         description, JSON in UTF-8
 *     …         arrays, one after another, as they lie in memory
 *     32        SHA-256 of everything before
 */
import { endianness } from 'node:os'
import { UserError } from '../errors/errors.ts'
import { MAGIC } from '../files/magic.ts'

export const FORMAT_VERSION = 1
export const HEADER_BYTES = 24
export const CHECKSUM_BYTES = 32
/** No description is longer: a page of formulas has at most 1 MB, a setting may be a matrix. */
const MOST_DESCRIPTION_BYTES = 1 << 26

export interface Header {
  descriptionBytes: number
  arrayBytes: number
}

/** Header and description. */
export function encodeStart(description: object, arrayBytes: number): Uint8Array {
  if (endianness() !== 'LE') throw new UserError('checkpoints and models need a little-endian machine.')
  const text = Buffer.from(JSON.stringify(description), 'utf8')
  const start = Buffer.alloc(HEADER_BYTES + text.length)
  start.set(MAGIC, 0)
  start.writeUInt32LE(FORMAT_VERSION, 8)
  start.writeUInt32LE(text.length, 12)
  start.writeBigUInt64LE(BigInt(arrayBytes), 16)
  start.set(text, HEADER_BYTES)
  return start
}

/**
 * Lengths from the first bytes of a file of `size` bytes.
 * @throws UserError for a file that is empty, not ours, newer than us, or of another length than it says.
 */
export function decodeHeader(path: string, start: Buffer, size: number): Header {
  if (size === 0) throw new UserError(`${path}: the file is empty.`)
  const head = Math.min(start.length, MAGIC.length)
  if (!start.subarray(0, head).equals(MAGIC.subarray(0, head))) {
    throw new UserError(`${path}: this is no file of deepbsde's. Give one written by --checkpoint or --save.`)
  }
  if (start.length < HEADER_BYTES) throw cut(path, `${size} bytes are not even its header`)
  const version = start.readUInt32LE(8)
  if (version > FORMAT_VERSION) {
    throw new UserError(
      `${path}: written by a newer deepbsde (form ${version}, this one reads up to ${FORMAT_VERSION}). Update deepbsde.`,
    )
  }
  const descriptionBytes = start.readUInt32LE(12)
  const arrayBytes = Number(start.readBigUInt64LE(16))
  const whole = HEADER_BYTES + descriptionBytes + arrayBytes + CHECKSUM_BYTES
  if (version < 1 || descriptionBytes > MOST_DESCRIPTION_BYTES) throw altered(path)
  if (size < whole) throw cut(path, `${size} of ${whole} bytes are there`)
  if (size > whole) throw altered(path)
  return { descriptionBytes, arrayBytes }
}

export function altered(path: string): UserError {
  return new UserError(
    `${path}: the file was altered or damaged: its checksum does not hold. Use another copy.`,
  )
}

function cut(path: string, how: string): UserError {
  return new UserError(`${path}: the file was cut: ${how}. Use another copy.`)
}
