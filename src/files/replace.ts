/**
 * Files that are whole whatever happens: written beside under a name of their own, flushed, then renamed over what was
 * there. A link stays a link, and its target is replaced; the mode stays.
 */
import { randomBytes } from 'node:crypto'
import { type FileHandle, open, readdir, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { statOf, strangeKind, targetOf } from './target.ts'
import { WriteError } from './write-error.ts'

const NEW_MODE = 0o666
/** Characters of the file's name in that of its new copy, so that no name gets too long. */
const SHOWN = 100

/** @throws WriteError; what was there before stays. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await replaceBy(path, (file) => file.writeFile(content))
}

/**
 * As `replaceFile`, with a function that writes the content.
 * @throws WriteError, and whatever `write` throws
 */
export async function replaceBy(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  let temporary: string | null = null
  try {
    const target = targetOf(path)
    const there = statOf(target)
    const strange = there && strangeKind(there)
    if (strange) throw new Error(`it is ${strange}, not a plain file`)
    const beside = `${besideName(target)}-${randomBytes(6).toString('hex')}.new`
    const file = await open(beside, 'wx', NEW_MODE)
    temporary = beside
    try {
      if (there) await file.chmod(there.mode & 0o7777)
      await write(file)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
    temporary = null
    await flushFolder(target)
  } catch (error) {
    throw new WriteError(path, error as NodeJS.ErrnoException)
  } finally {
    if (temporary !== null) await unlink(temporary).catch(() => {})
  }
}

/** Removes what writers of this file that were killed have left beside it. */
export async function removeLeftovers(path: string): Promise<void> {
  const target = targetOf(path)
  const start = `.${basename(target).slice(0, SHOWN)}.`
  const names = await readdir(dirname(target)).catch(() => [])
  for (const name of names) {
    const [, pid] = name.startsWith(start)
      ? (name.slice(start.length).match(/^(\d+)-[0-9a-f]{12}\.new$/) ?? [])
      : []
    if (pid !== undefined && !isAlive(Number(pid))) await unlink(join(dirname(target), name)).catch(() => {})
  }
}

/** Whether there is a process of that number on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function besideName(target: string): string {
  return join(dirname(target), `.${basename(target).slice(0, SHOWN)}.${process.pid}`)
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
