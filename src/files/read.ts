/** Opening files that may be anything: only plain ones are read, so that no pipe or device keeps us waiting. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { strangeKind } from './target.ts'

/** Why a file cannot be read, in words: `there is no such file`. */
export class ReadError extends Error {
  override name = 'ReadError'
}

/** It is larger than what is read. */
export class SizeError extends ReadError {
  readonly size: number

  constructor(size: number, most: number) {
    super(`it has ${size} bytes, at most ${most} are read`)
    this.size = size
  }
}

/** @throws ReadError */
export async function openPlain(path: string): Promise<FileHandle> {
  let file: FileHandle
  try {
    // A pipe without a writer would be waited for.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw new ReadError(reasonOf(error as NodeJS.ErrnoException))
  }
  const strange = strangeKind(await file.stat())
  if (strange === null) return file
  await file.close()
  throw new ReadError(`this is ${strange}, not a plain file`)
}

/** All bytes of a plain file, `most` at most. @throws ReadError, SizeError */
export async function readPlain(path: string, most: number): Promise<Buffer> {
  const file = await openPlain(path)
  try {
    const { size } = await file.stat()
    if (size > most) throw new SizeError(size, most)
    return await file.readFile()
  } catch (error) {
    throw error instanceof ReadError ? error : new ReadError(reasonOf(error as NodeJS.ErrnoException))
  } finally {
    await file.close()
  }
}

function reasonOf({ code }: NodeJS.ErrnoException): string {
  return code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
}
