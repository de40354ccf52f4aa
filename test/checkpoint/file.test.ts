/** Files that are not what they should be: one clear line each, and the file untouched. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Checkpoints, readCheckpoint } from '../../src/checkpoint/checkpoints.ts'
import { readStateFile, writeStateFile } from '../../src/checkpoint/file.ts'
import { CHECKSUM_BYTES, FORMAT_VERSION } from '../../src/checkpoint/format.ts'
import { resume } from '../../src/entry/resume.ts'
import { solve } from '../../src/entry/solve.ts'
import { UserError } from '../../src/errors/errors.ts'
import { WriteError } from '../../src/files/write-error.ts'
import { Arena } from '../../src/memory/arena.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-file-'))
const good = join(folder, 'good.ckpt')
const bad = join(folder, 'bad.ckpt')
const options = { settings: { dim: 3 }, steps: 4, iterations: 20, paths: 256, workers: 1 }

beforeAll(async () => {
  await solve('heat', { ...options, checkpoint: good })
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The good file with its bytes changed, and a checksum that holds. */
function sealed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(readFileSync(good))
  change(bytes)
  const end = bytes.length - CHECKSUM_BYTES
  bytes.set(createHash('sha256').update(bytes.subarray(0, end)).digest(), end)
  return bytes
}

const cases: [string, () => Uint8Array, RegExp][] = [
  ['empty', () => Buffer.alloc(0), /bad\.ckpt: the file is empty\.$/],
  ['cut in the header', () => readFileSync(good).subarray(0, 11), /the file was cut: 11 bytes/],
  ['cut at the end', () => readFileSync(good).subarray(0, -1), /the file was cut: \d+ of \d+ bytes/],
  ['foreign', () => Buffer.from('id: my-equation\n'), /this is no file of deepbsde's/],
  ['foreign and short', () => Buffer.from('PK'), /this is no file of deepbsde's/],
  ['longer', () => Buffer.concat([readFileSync(good), Buffer.from('!')]), /altered or damaged/],
  [
    'newer',
    () => sealed((bytes) => bytes.writeUInt32LE(FORMAT_VERSION + 1, 8)),
    /written by a newer deepbsde .*Update deepbsde/,
  ],
  ['of version 0', () => sealed((bytes) => bytes.writeUInt32LE(0, 8)), /altered or damaged/],
  [
    'with a description of its own making',
    () => sealed((bytes) => bytes.write('{"kind":"nothing"', 24)),
    /altered or damaged/,
  ],
]

describe('a file that is', () => {
  it.each(cases)('%s is refused in one line and left as it is', async (_, bytes, message) => {
    const content = bytes()
    writeFileSync(bad, content)
    const error = await resume(bad).catch((reason) => reason)
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('\n')
    expect(readFileSync(bad).equals(content)).toBe(true)
  })

  it('altered anywhere is refused', async () => {
    const whole = readFileSync(good)
    for (let k = 0; k < 40; k++) {
      const at = 8 + Math.floor(((whole.length - 9) * k) / 39)
      const bytes = Buffer.from(whole)
      bytes[at] ^= 1
      writeFileSync(bad, bytes)
      await expect(readCheckpoint(bad), `byte ${at}`).rejects.toThrow(UserError)
    }
  })

  it('missing or a folder is refused', async () => {
    await expect(resume(join(folder, 'none.ckpt'))).rejects.toThrow(/there is no such file/)
    await expect(resume(folder)).rejects.toThrow(/this is a folder, not a plain file/)
  })
})

describe('a checkpoint', () => {
  it('does not replace what is not its own', async () => {
    const page = join(folder, 'page.yaml')
    writeFileSync(page, 'id: page\n')
    await expect(solve('heat', { ...options, checkpoint: page })).rejects.toThrow(/left as it is/)
    expect(readFileSync(page, 'utf8')).toBe('id: page\n')
  })

  it('of a run that is not done is not replaced', async () => {
    const path = join(folder, 'open.ckpt')
    await solve('heat', { ...options, checkpoint: path, signal: AbortSignal.abort() })
    const before = readFileSync(path)
    await expect(solve('heat', { ...options, checkpoint: path })).rejects.toThrow(/deepbsde resume/)
    expect(readFileSync(path).equals(before)).toBe(true)
    const { status } = await resume(path, { workers: 1 })
    expect(status).not.toBe('stopped')
    await expect(solve('heat', { ...options, checkpoint: path })).resolves.toBeTruthy()
  })

  it('is refused by a version with other defaults', async () => {
    const restored = await readCheckpoint(good)
    restored.description.fingerprint = '{}'
    const checkpoints = new Checkpoints({
      path: good,
      everyMs: 1,
      run: restored.description,
      restored,
      onWarning: () => {},
    })
    expect(() => checkpoints.plan(new Arena(), {})).toThrow(/other than those of/)
  })
})

describe('a file', () => {
  it('comes back as it was written', async () => {
    const path = join(folder, 'round.bin')
    const arrays = [Uint8Array.of(1, 2, 3), new Uint8Array(5_000_000).fill(7), new Uint8Array(0)]
    await writeStateFile(path, { kind: 'test', text: 'σᵀ∇u' }, arrays)
    const { description, arrays: read } = await readStateFile(path)
    expect(description).toEqual({ kind: 'test', text: 'σᵀ∇u' })
    expect(read.equals(Buffer.concat(arrays))).toBe(true)
  })

  it.each([
    ['in no folder', join(folder, 'none', 'run.ckpt'), /its folder does not exist \(ENOENT\)/],
    ['under a file', join(good, 'run.ckpt'), /its folder is a file \(ENOTDIR\)/],
    ['that is a folder', folder, /it is a folder, not a plain file/],
  ])('%s cannot be written, and the reason is named', async (_, path, message) => {
    const error = await writeStateFile(path, {}, []).catch((reason) => reason)
    expect(error).toBeInstanceOf(WriteError)
    expect(error.message).toMatch(message)
  })
})
