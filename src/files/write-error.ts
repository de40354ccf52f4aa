/** The file could not be written; the one that was there before is untouched. */
export class WriteError extends Error {
  override name = 'WriteError'
  readonly code: string

  constructor(path: string, cause: NodeJS.ErrnoException) {
    const code = cause.code ?? cause.name
    const why = REASONS[code] ?? cause.message
    super(`'${path}' cannot be written: ${why}${cause.code === undefined ? '' : ` (${code})`}`)
    this.code = code
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than this process may write',
  EACCES: 'you may not write to its folder',
  EPERM: 'you may not write there',
  EROFS: 'the file system is read-only',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go round in a circle',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'this process may open no more files; raise ulimit -n',
}
