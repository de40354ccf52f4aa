/** Reads and writes our files; one that is there is whole. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { UserError } from '../errors/errors.ts'
import { openPlain, ReadError } from '../files/read.ts'
import { replaceBy } from '../files/replace.ts'
import { altered, CHECKSUM_BYTES, decodeHeader, encodeStart, HEADER_BYTES } from './format.ts'

/** Bytes copied out of the shared memory and written at a time. */
const PART_BYTES = 1 << 22

/**
 * Writes a file of our form.
 * @throws WriteError; what was there before stays.
 */
export function writeStateFile(path: string, description: object, arrays: Uint8Array[]): Promise<void> {
  return replaceBy(path, async (file) => {
    const hash = createHash('sha256')
    const write = async (bytes: Uint8Array) => {
      hash.update(bytes)
      await writeAll(file, bytes)
    }
    const bytes = arrays.reduce((sum, array) => sum + array.byteLength, 0)
    await write(encodeStart(description, bytes))
    for (const array of arrays) {
      // Copies: neither the hash nor the file system takes shared memory.
      for (let at = 0; at < array.byteLength; at += PART_BYTES) {
        await write(Uint8Array.from(array.subarray(at, at + PART_BYTES)))
      }
    }
    await writeAll(file, hash.digest())
  })
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, done)
    done += bytesWritten
  }
}

export interface StateFile {
  /** As it stands in the file; not yet checked for its content. */
  description: unknown
  arrays: Buffer
}

/** @throws UserError for a file that cannot be read or is not whole; see `decodeHeader`. */
export async function readStateFile(path: string): Promise<StateFile> {
  const file = await openForReading(path)
  try {
    const { size } = await file.stat()
    const { descriptionBytes, arrayBytes } = decodeHeader(
      path,
      await readAt(file, 0, HEADER_BYTES, size),
      size,
    )
    const whole = await readAt(file, 0, size, size)
    const end = size - CHECKSUM_BYTES
    const sum = createHash('sha256').update(whole.subarray(0, end)).digest()
    if (whole.length !== size || !sum.equals(whole.subarray(end))) throw altered(path)
    const arraysAt = HEADER_BYTES + descriptionBytes
    const description = parseDescription(path, whole.toString('utf8', HEADER_BYTES, arraysAt))
    return { description, arrays: whole.subarray(arraysAt, arraysAt + arrayBytes) }
  } finally {
    await file.close()
  }
}

/**
 * What is there under a name that is to be written, or null where nothing is.
 * @throws UserError for anything that `read` refuses: it is not written over
 */
export async function readToReplace<Found>(
  option: string,
  path: string,
  read: () => Promise<Found>,
): Promise<Found | null> {
  if (!existsSync(path)) return null
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(`${option}: ${error.message} It is left as it is: give another name.`)
  }
}

function parseDescription(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw altered(path)
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await openPlain(path)
  } catch (error) {
    throw error instanceof ReadError
      ? new UserError(`${path}: ${error.message}. Give one written by --checkpoint or --save.`)
      : error
  }
}

async function readAt(file: FileHandle, at: number, bytes: number, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.min(bytes, size - at))
  let done = 0
  while (done < buffer.length) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, at + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}
