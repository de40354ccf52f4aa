/** Reads and writes our files so that one that is there is whole: a new file, flushed, then renamed over the old one. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '../errors/errors.ts'
import { altered, CHECKSUM_BYTES, decodeHeader, encodeStart, HEADER_BYTES } from './format.ts'

/** Bytes copied out of the shared memory and written at a time. */
const CHUNK_BYTES = 1 << 22

/** The file could not be written; the one that was there before is untouched. */
export class WriteError extends Error {
  override name = 'WriteError'
  readonly code: string

  constructor(path: string, cause: NodeJS.ErrnoException) {
    const code = cause.code ?? cause.name
    super(`'${path}' cannot be written: ${REASONS[code] ?? cause.message} (${code})`)
    this.code = code
  }
}

const REASONS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than this process may write',
  EACCES: 'you may not write to its folder',
  EPERM: 'you may not write there',
  EROFS: 'the file system is read-only',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
}

/**
 * Writes a file of our form.
 * @throws WriteError; what was there before stays.
 */
export async function writeStateFile(path: string, description: object, arrays: Uint8Array[]): Promise<void> {
  const temporary = `${path}.new`
  try {
    await writeNew(temporary, description, arrays)
    await rename(temporary, path)
    await flushFolder(path)
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw new WriteError(path, error as NodeJS.ErrnoException)
  }
}

async function writeNew(temporary: string, description: object, arrays: Uint8Array[]): Promise<void> {
  const hash = createHash('sha256')
  const file = await open(temporary, 'w')
  const write = async (bytes: Uint8Array) => {
    hash.update(bytes)
    await writeAll(file, bytes)
  }
  try {
    await write(
      encodeStart(
        description,
        arrays.reduce((sum, array) => sum + array.byteLength, 0),
      ),
    )
    for (const array of arrays) {
      // Copies: neither the hash nor the file system takes shared memory.
      for (let at = 0; at < array.byteLength; at += CHUNK_BYTES) {
        await write(Uint8Array.from(array.subarray(at, at + CHUNK_BYTES)))
      }
    }
    await writeAll(file, hash.digest())
    await file.sync()
  } finally {
    await file.close()
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, done)
    done += bytesWritten
  }
}

/** The rename itself is on the disk only when the folder is. Some systems cannot; the file is whole there too. */
async function flushFolder(path: string): Promise<void> {
  try {
    const folder = await open(dirname(path), 'r')
    await folder.sync().finally(() => folder.close())
  } catch {
    // Windows opens no folders.
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
    const file = await open(path, 'r')
    const stat = await file.stat()
    if (stat.isFile()) return file
    await file.close()
    throw new UserError(`${path}: this is no file.`)
  } catch (error) {
    if (error instanceof UserError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new UserError(
      `${path}: ${code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`}.`,
    )
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
