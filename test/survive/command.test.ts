/** The command line when something is done to it: signals, full disks, folders that may not be written to, closed pipes. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Solution } from '../../src/solution/solution.ts'
import { run, start } from '../cli/run.ts'
import { byDay } from '../support/night.ts'
import { bitsOf } from './kill.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const isRoot = process.getuid?.() === 0
const RUN =
  'allen-cahn --set dim=10 --steps 10 --schedule cosine --paths 512 --workers 2 --json --history'.split(' ')
const LONG = [...RUN, '--iterations', '100000']
/** Each iteration takes a second or so. */
const SLOW = [...LONG, '--set', 'dim=100', '--batch-size', '60000']
const SHORT = [...RUN, '--iterations', '200']

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, code) => {
  it('ends the iteration, keeps the state, prints the estimate so far and says how to go on', async () => {
    const path = join(folder, `${signal}.ckpt`)
    const { process: child, outcome, says } = start(['solve', ...LONG, '--checkpoint', path])
    await says('training')
    child.kill(signal)
    const { exitCode, stdout, stderr } = await outcome
    expect(exitCode).toBe(code)
    const solution = JSON.parse(stdout) as Solution
    expect(solution.status).toBe('stopped')
    expect(solution.iterations).toBeGreaterThan(0)
    // A round of fresh paths is run all the same: no value would be of no use.
    expect(solution.paths).toBe(512)
    expect(solution.interval[0]).toBeLessThan(solution.interval[1])
    expect(stderr).toContain('stopping after this iteration')
    expect(stderr).toContain(`deepbsde resume ${path}`)
    expect(existsSync(path)).toBe(true)
  })

  // By day of one of them: a third of a second must pass before an iteration ends.
  it.runIf(byDay(1, ['SIGINT', 'SIGTERM']).includes(signal))('ends at once when it comes again', async () => {
    const { process: child, outcome, says } = start(['solve', ...SLOW])
    await says('training')
    child.kill(signal)
    await says('stopping')
    // Sooner, and it would count as one signal that came twice.
    await new Promise((resolve) => setTimeout(resolve, 350))
    child.kill(signal)
    // Nothing is printed: the estimate was not waited for.
    expect(await outcome).toMatchObject({ exitCode: code, stdout: '' })
  })
})

it('stopped by a signal and resumed, ends with the same bits', async () => {
  const path = join(folder, 'signal.ckpt')
  const whole = await run(['solve', ...SHORT, '--quiet'])
  const { process: child, outcome } = start(['solve', ...SHORT, '--checkpoint', path])
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 10))
  child.kill('SIGTERM')
  expect((await outcome).exitCode).toBe(143)
  const resumed = await run(['resume', path, '--workers', '1', '--json', '--history', '--quiet'])
  expect(resumed.exitCode).toBe(0)
  expect(bitsOf(resumed.stdout)).toBe(bitsOf(whole.stdout))
})

describe('a checkpoint that cannot be written', () => {
  it('is refused before any work', async () => {
    const { exitCode, stderr } = await run([
      'solve',
      ...LONG,
      '--checkpoint',
      join(folder, 'no', 'run.ckpt'),
      '-q',
    ])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /^deepbsde: --checkpoint: .*its folder does not exist \(ENOENT\)\. Give another file\.\n$/,
    )
  })

  it('in a read-only folder is refused', async ({ skip }) => {
    const closed = join(folder, 'closed')
    mkdirSync(closed)
    // Root may write to any folder, but to no file system that is read-only.
    if (!isRoot) chmodSync(closed, 0o500)
    else if (!mount(closed, 'ro')) skip()
    const { exitCode, stderr } = await run(['solve', ...LONG, '--checkpoint', join(closed, 'run.ckpt'), '-q'])
    if (isRoot) execFileSync('umount', [closed])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /you may not write to its folder \(EACCES\)|the file system is read-only \(EROFS\)/,
    )
  })

  it('on a full disk is refused', async ({ skip }) => {
    const disk = mountedDisk('64k') ?? skip()
    try {
      const path = join(disk, 'run.ckpt')
      const { exitCode, stderr } = await run(['solve', ...LONG, '--checkpoint', path, '-q'])
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(/the disk is full \(ENOSPC\)/)
      expect(readdirSync(disk)).toEqual([])
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

describe('a disk that fills while the run goes on', () => {
  it('is named once, the run ends well, and the last checkpoint stays whole', async ({ skip }) => {
    const disk = mountedDisk('4m') ?? skip()
    try {
      const path = join(disk, 'run.ckpt')
      const { outcome } = start(['solve', ...SHORT, '--checkpoint', path, '--every', '10ms', '-q'])
      while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5))
      spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'full')}`, 'bs=4k'], { stdio: 'ignore' })
      const { exitCode, stderr, stdout } = await outcome
      expect(exitCode).toBe(0)
      expect(stderr.match(/no checkpoint: .*the disk is full \(ENOSPC\)/g)).toHaveLength(1)
      const resumed = await run(['resume', path, '--json', '--history', '-q'])
      // It cannot write there either, and says so before any work.
      expect(resumed.exitCode).toBe(2)
      rmSync(join(disk, 'full'))
      const mended = await run(['resume', path, '--json', '--history', '-q'])
      expect(bitsOf(mended.stdout)).toBe(bitsOf(stdout))
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

describe('a reader that goes away', () => {
  it.each(['stdout', 'stderr'] as const)('%s closed early ends the run without a stack', async (stream) => {
    const { process: child, outcome, says } = start(['solve', ...SHORT])
    await says('training').catch(() => {})
    child[stream]?.destroy()
    const { exitCode, stderr } = await outcome
    expect(exitCode).toBe(0)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

/** A small file system of its own, where that may be made. */
function mountedDisk(size: string): string | null {
  const disk = mkdtempSync(join(folder, 'disk-'))
  return mount(disk, `size=${size}`) ? disk : null
}

function mount(path: string, options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' }).status === 0
}
