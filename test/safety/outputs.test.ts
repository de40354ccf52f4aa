/** Files are whole or as they were, nothing is destroyed by accident, and who writes is known. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { writeStateFile } from '../../src/checkpoint/file.ts'
import { resume } from '../../src/entry/resume.ts'
import { solve } from '../../src/entry/solve.ts'
import { FileLock } from '../../src/files/lock.ts'
import { checkOutputs } from '../../src/files/outputs.ts'
import { openPlain, readPlain } from '../../src/files/read.ts'
import { removeLeftovers, replaceBy, replaceFile } from '../../src/files/replace.ts'
import { WriteError } from '../../src/files/write-error.ts'
import { LineFile } from '../../src/logging/line-file.ts'
import { QUICK, run, withoutProgress } from '../cli/run.ts'

const root = mkdtempSync(join(tmpdir(), 'outputs-'))
let folder = ''
let count = 0
beforeEach(() => {
  folder = join(root, String(++count))
  mkdirSync(folder)
})
afterAll(() => rmSync(root, { recursive: true }))
const place = (name: string) => join(folder, name)
const text = (name: string) => readFileSync(place(name), 'utf8')

describe('a file that is replaced', () => {
  it('keeps its mode, and nothing is left beside it', async () => {
    writeFileSync(place('a'), 'old')
    chmodSync(place('a'), 0o600)
    await replaceFile(place('a'), 'new')
    expect(text('a')).toBe('new')
    expect(statSync(place('a')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('through links keeps the links, also where the last one leads nowhere yet', async () => {
    mkdirSync(place('far'))
    writeFileSync(place('far/a'), 'old')
    symlinkSync('far/a', place('near'))
    symlinkSync('near', place('nearer'))
    await replaceFile(place('nearer'), 'new')
    expect(text('far/a')).toBe('new')
    for (const name of ['near', 'nearer']) expect(lstatSync(place(name)).isSymbolicLink()).toBe(true)
    symlinkSync('far/b', place('dangling'))
    await replaceFile(place('dangling'), 'there')
    expect(text('far/b')).toBe('there')
    expect(lstatSync(place('dangling')).isSymbolicLink()).toBe(true)
  })

  it('stays as it was where writing fails in the middle', async () => {
    writeFileSync(place('a'), 'old')
    const failing = replaceBy(place('a'), async (file) => {
      await file.writeFile('half')
      throw Object.assign(new Error('no'), { code: 'ENOSPC' })
    })
    await expect(failing).rejects.toThrow(/the disk is full \(ENOSPC\)/)
    expect(text('a')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it("leaves a user's own files beside it", async () => {
    for (const name of ['a', 'a.new', '.a.new', 'a.lock']) writeFileSync(place(name), name)
    await writeStateFile(place('a'), {}, [])
    await removeLeftovers(place('a'))
    for (const name of ['a.new', '.a.new', 'a.lock']) expect(text(name)).toBe(name)
  })

  it('clears what writers that were killed left, and not what is being written', async () => {
    const dead = 2 ** 22 + 5
    writeFileSync(place(`.a.${dead}-0123456789ab.new`), '')
    writeFileSync(place(`.a.${process.pid}-0123456789ab.new`), '')
    writeFileSync(place(`.b.${dead}-0123456789ab.new`), '')
    await removeLeftovers(place('a'))
    expect(readdirSync(folder).sort()).toEqual([
      `.a.${process.pid}-0123456789ab.new`,
      `.b.${dead}-0123456789ab.new`,
    ])
  })

  it('by many at once is that of one of them', async () => {
    const contents = Array.from({ length: 20 }, (_, k) => String(k).repeat(10_000))
    await Promise.all(contents.map((content) => replaceFile(place('a'), content)))
    expect(contents).toContain(text('a'))
    expect(readdirSync(folder)).toEqual(['a'])
  })
})

describe.skipIf(process.platform === 'win32')('what is no plain file', () => {
  const pipe = () => {
    execFileSync('mkfifo', [place('pipe')])
    return place('pipe')
  }

  it('is not written to', async () => {
    await expect(replaceFile(pipe(), 'x')).rejects.toThrow(WriteError)
    await expect(replaceFile('/dev/null', 'x')).rejects.toThrow(/a device, not a plain file/)
    await expect(replaceFile(folder, 'x')).rejects.toThrow(/a folder/)
    expect(() => LineFile.open(place('pipe'))).toThrow(/a pipe/)
    expect(() => checkOutputs([{ option: '--log', path: place('pipe') }])).toThrow(/is a pipe/)
  })

  it('is not read, nor waited for', async () => {
    await expect(openPlain(pipe())).rejects.toThrow(/a pipe, not a plain file/)
    await expect(readPlain('/dev/zero', 1000)).rejects.toThrow(/a device/)
    await expect(resume(place('pipe'))).rejects.toThrow(/a pipe/)
    const { exitCode, stderr } = await run(['solve', place('pipe'), '-q'])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^deepbsde: .*pipe.*\n$/)
  })
})

describe('outputs that would destroy something', () => {
  const page = () => {
    writeFileSync(place('page.yaml'), 'id: page\n')
    return [{ what: 'the page', path: place('page.yaml') }]
  }

  it.each([
    [
      'an input',
      () => [{ option: '--log', path: place('page.yaml') }],
      /--log: .* is the page, which it would destroy/,
    ],
    [
      'an input through a link',
      () => {
        symlinkSync(place('page.yaml'), place('link'))
        return [{ option: '--report', path: place('link') }]
      },
      /is the page/,
    ],
    [
      'an input through a hard link',
      () => {
        linkSync(place('page.yaml'), place('hard'))
        return [{ option: '--report', path: place('hard') }]
      },
      /is the page/,
    ],
    [
      'each other',
      () => [
        { option: '--checkpoint', path: place('x') },
        { option: '--save', path: `${folder}/./x` },
      ],
      /--save: .* is the file of --checkpoint/,
    ],
    [
      "somebody's page",
      () => {
        writeFileSync(place('other.yaml'), 'id: other\n')
        return [{ option: '--report', path: place('other.yaml') }]
      },
      /may be a page. It is left as it is/,
    ],
    [
      'a checkpoint',
      () => {
        writeFileSync(place('run'), Buffer.from([0x89, 0x44, 0x42, 0x53, 0x44, 0x45, 0x0d, 0x0a, 1]))
        return [{ option: '--log', path: place('run') }]
      },
      /is a checkpoint, model or policy/,
    ],
    [
      'a name longer than a file can have',
      () => [{ option: '--report', path: place('a'.repeat(5000)) }],
      /its name is too long/,
    ],
    [
      'a name with a zero byte',
      () => [{ option: '--report', path: place('a\0b') }],
      /--report: .*cannot be written/,
    ],
  ])('%s are refused', (_, outputs, message) => {
    const inputs = page()
    const before = text('page.yaml')
    expect(() => checkOutputs(outputs(), inputs)).toThrow(message)
    expect(text('page.yaml')).toBe(before)
  })

  it('are refused by the command before any work, with exit code 2', async () => {
    page()
    const name = place('page.yaml')
    for (const flags of [
      ['--log', name],
      ['--report', name],
      ['--checkpoint', name],
      ['--save', name],
      ['--report', place('a.svg'), '--plot', place('a.svg')],
    ]) {
      const { exitCode, stdout, stderr } = await run(['solve', ...QUICK, ...flags])
      expect(exitCode, stderr).toBe(2)
      expect(stdout).toBe('')
      expect(withoutProgress(stderr)).toMatch(/^deepbsde: --.*\n$/)
    }
    expect(text('page.yaml')).toBe('id: page\n')
  })
})

describe('a checkpoint that another process writes', () => {
  const tiny = { settings: { dim: 2 }, iterations: 2, batchSize: 8, steps: 2, paths: 16, workers: 1 }
  const lock = (owner: object) => {
    writeFileSync(place('run.ckpt.lock'), JSON.stringify({ deepbsde: 'lock', token: '1', ...owner }))
  }
  const keep = () => solve('heat', { ...tiny, checkpoint: place('run.ckpt') })

  it('is refused by the second in one line', async () => {
    lock({ pid: process.ppid, host: hostname() })
    await expect(keep()).rejects.toThrow(
      /is being written by process \d+\. Wait for it, or give another name/,
    )
    lock({ pid: 1, host: 'elsewhere' })
    await expect(keep()).rejects.toThrow(/by process 1 on elsewhere/)
    expect(existsSync(place('run.ckpt'))).toBe(false)
  })

  it.each([
    ['died', { pid: 2 ** 22 + 5, host: hostname() }],
    ['died long ago elsewhere', { pid: 1, host: 'elsewhere' }],
  ])('is taken over where the first has %s', async (_, owner) => {
    lock(owner)
    if (owner.host === 'elsewhere') utimesSync(place('run.ckpt.lock'), 1, 1)
    await keep()
    expect(readdirSync(folder)).toEqual(['run.ckpt'])
  })

  it('leaves a file alone that only has the name of a lock', async () => {
    writeFileSync(place('run.ckpt.lock'), 'my own')
    await expect(keep()).rejects.toThrow(/no lock of ours/)
    expect(text('run.ckpt.lock')).toBe('my own')
  })

  it('knows when it was taken over', () => {
    const own = FileLock.take('--checkpoint', place('a'))
    expect(own.isHeld).toBe(true)
    expect(() => FileLock.take('--checkpoint', place('a'))).toThrow(/being written/)
    writeFileSync(place('a.lock'), '{}')
    expect(own.isHeld).toBe(false)
    own.release()
    expect(existsSync(place('a.lock'))).toBe(true)
  })
})

describe('a log', () => {
  it('goes on in a new file when the old one is moved away', () => {
    const log = LineFile.open(place('log'))
    log.write('1\n')
    log.flush()
    renameSync(place('log'), place('log.1'))
    log.write('2\n')
    log.flush()
    rmSync(place('log'))
    log.write('3\n')
    log.close()
    expect(text('log.1')).toBe('1\n')
    expect(text('log')).toBe('3\n')
  })
})

describe.skipIf(!existsSync('/dev/full'))('a disk that is full at the end', () => {
  /** A file may have 8 blocks of 512 bytes: what is longer ends as on a full disk. */
  const limited = (args: string[]) =>
    execFileSync(
      'bash',
      ['-c', `ulimit -f 8; trap '' XFSZ; exec "$@" 2>&1; true`, 'bash', process.execPath, ...args],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    )

  it('leaves the old file, and the log with whole lines', () => {
    writeFileSync(place('old'), 'old')
    const script = `
      import { replaceFile } from '${import.meta.dirname}/../../src/files/replace.ts'
      import { LineFile } from '${import.meta.dirname}/../../src/logging/line-file.ts'
      await replaceFile('${place('old')}', 'x'.repeat(1e5)).catch((error) => console.log(error.message))
      const log = LineFile.open('${place('log')}')
      for (let k = 0; k < 400; k++) log.write(k + ' is a line of twenty\\n')
      log.flush()
      console.log('broken', log.isBroken)`
    writeFileSync(place('try.mts'), script)
    const loader = process.features.typescript ? [] : ['--import', 'tsx']
    const said = limited([...loader, place('try.mts')])
    expect(said).toMatch(/cannot be written: the file would be larger .*EFBIG/)
    expect(said).toMatch(/broken true/)
    expect(said).toMatch(/--log: .* can no longer be written/)
    expect(text('old')).toBe('old')
    expect(text('log')).toMatch(/twenty\n$/)
    expect(readdirSync(folder).sort()).toEqual(['log', 'old', 'try.mts'])
  })
})
