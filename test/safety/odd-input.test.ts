/** What nobody meant, and what Node or the system do not give: one clear line each. */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { resume } from '../../src/entry/resume.ts'
import { solve } from '../../src/entry/solve.ts'
import { UserError } from '../../src/errors/errors.ts'
import { defaultMemoryLimit, machineBytes } from '../../src/memory/limit.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { QUICK, run } from '../cli/run.ts'
import { loadEquation, parseEquation } from '../support/pages.ts'
import { resigned } from './tampered.ts'

const folder = mkdtempSync(join(tmpdir(), 'odd-'))
afterAll(() => rmSync(folder, { recursive: true }))
const minimal = {
  settings: { dim: 2, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: 'y',
  terminal: 'sum(x)',
}
const yaml = (text: string | Uint8Array, name = 'page.yaml') => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('the text of a page', () => {
  it.each(['page.json', 'page.yaml'])('may begin with a byte order mark: %s', async (name) => {
    const page = await loadEquation(yaml(`\ufeff${JSON.stringify(minimal)}`, name))
    expect(page.driver).toBe('y')
  })

  it.each([
    ['a broken character', Buffer.from([...Buffer.from('title: "'), 0xc3, 0x28, 0x22])],
    ['UTF-16', Buffer.from('\ufefftitle: a', 'utf16le')],
    ['Latin-1', Buffer.from('title: "é"', 'latin1')],
  ])('that is no UTF-8 is refused: %s', async (_, bytes) => {
    await expect(loadEquation(yaml(bytes))).rejects.toThrow(/its text is not UTF-8/)
  })

  it('has an id from its file, whatever that is called', async () => {
    const text = JSON.stringify(minimal)
    expect((await loadEquation(yaml(text, 'my equation.yaml'))).id).toBe('my-equation')
    expect((await loadEquation(yaml(text, 'größe (2).yaml'))).id).toMatch(/^gro-?.*e-2$/)
    expect((await loadEquation(yaml(text, '方程.yaml'))).id).toBe('page')
  })
})

describe('numbers that nobody meant', () => {
  it.each([
    '1e * y',
    '0x10 * y',
    '0b11 + y',
    'y + 2.5e',
    '1e+y',
  ])('in a formula are refused: %s', async (driver) => {
    const compiled = compileProblem(await parseEquation(JSON.stringify({ ...minimal, driver }), 'json'))
    await expect(compiled).rejects.toThrow(/is no number at column \d+\. Write numbers in decimal/)
  })

  it.each([
    '1e3 * y',
    '1e-3 * y',
    '2exp(y)',
    '2e1y',
    'e * y',
    '10x[1]',
    '.5y',
    'y * 2 * e',
  ])('are not those that are meant: %s', async (driver) => {
    await compileProblem(await parseEquation(JSON.stringify({ ...minimal, driver }), 'json'))
  })

  it('are refused in YAML, in settings and as a range', async () => {
    await expect(parseEquation('x0: 0x10', 'yaml')).rejects.toThrow(
      /'0x10' at line 1: numbers are written in decimal/,
    )
    await expect(solve('heat', { settings: { dim: Number.NaN } })).rejects.toThrow(UserError)
    const { stderr, exitCode } = await run(['solve', 'heat', '--set', 'dim=0x10'])
    expect(stderr).toMatch(/dim must be a number/)
    expect(exitCode).toBe(2)
    const range = JSON.stringify({ ...minimal, range: [1, 0] })
    await expect(parseEquation(range, 'json')).rejects.toThrow(
      /range must be two numbers, the lower one first/,
    )
  })
})

describe('calls from JavaScript', () => {
  it.each([
    ['no problem', () => solve(null as never), /must be a page/],
    ['a number', () => solve(5 as never), /must be a page/],
    ['an array', () => solve([] as never), /must be a page/],
    ['options that are none', () => solve('heat', 5 as never), /options must be an object, got 5/],
    ['null options', () => solve('heat', null as never), /options must be an object/],
    ['settings that are none', () => solve('heat', { settings: 5 as never }), /settings must be an object/],
    [
      'retries below 0',
      () => solve('heat', { retries: -1 }),
      /retries must be an integer from 0 to 1000, got -1/,
    ],
    ['a flag as text', () => solve('heat', { bounds: 'yes' as never }), /bounds must be true or false/],
    ['a path that is none', () => solve('heat', { save: 7 as never }), /save must be text/],
    [
      'a callback that is none',
      () => solve('heat', { onProgress: 1 as never }),
      /onProgress must be a function/,
    ],
    ['a signal that is none', () => solve('heat', { signal: {} as never }), /signal must be an AbortSignal/],
    [
      'a page without formulas',
      () => solve({ id: 'a', settings: { dim: 1, horizon: 1 } } as never),
      /must be/,
    ],
    [
      'a page with markup for a start',
      () => solve({ id: 'a', title: 'a', source: '', group: '', ...minimal, x0: ['<b>'] } as never),
      /x0 must be/,
    ],
  ])('with %s end in one line', async (_, call, message) => {
    const error = await call().catch((reason) => reason)
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toMatch(message)
  })
})

/** The loader of TypeScript needs more of Node than the package does. */
const built = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

describe('a Node or a system that gives less', () => {
  it.skipIf(!existsSync(built)).each([
    ['--disallow-code-generation-from-strings', /makes no functions from text.*Start it without/],
    ['--jitless', /runs without WebAssembly.*Start it without --jitless/],
  ])('%s is told in one line', (flag, message) => {
    const { stderr, status, stdout } = spawnSync(process.execPath, [flag, built, 'solve', ...QUICK], {
      encoding: 'utf8',
    })
    const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Warning: '))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(message)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })

  it.skipIf(process.platform !== 'linux' || !existsSync(built)).each([
    [
      'ulimit -n 300',
      /this process may open 300 files, 2 workers need up to \d+\. Raise the limit: ulimit -n 1024/,
    ],
    ['ulimit -n 100', /this process may open 100 files/],
    ['ulimit -v 1434000', /this process may map 1400 MB of addresses/],
    ['ulimit -v 4096000', /may map 4000 MB of addresses, 2 workers need up to \d+, most of them never used/],
  ])('%s is told before any thread', (limit, message) => {
    const script = `${limit}; "$@" 2>&1; true`
    const said = execFileSync('bash', ['-c', script, 'bash', process.execPath, built, 'solve', ...QUICK], {
      encoding: 'utf8',
    })
    expect(said).toMatch(message)
    expect(said.trim().split('\n')).toHaveLength(1)
  })

  it('leaves workers their heaps, and counts the container', () => {
    expect(machineBytes()).toBeGreaterThan(2 ** 26)
    expect(defaultMemoryLimit(2, 8 * 2 ** 30)).toBe(4 * 2 ** 30 - 65_536)
    expect(defaultMemoryLimit(2, 2 ** 30)).toBe(2 ** 29)
    expect(defaultMemoryLimit(8, 2 ** 30)).toBeLessThan(2 ** 29)
    expect(defaultMemoryLimit(64, 2 ** 29)).toBe(2 ** 25)
  })
})

describe('a checkpoint of another V8', () => {
  it('goes on, and says that bits may differ', async () => {
    const path = join(folder, 'run.ckpt')
    const options = { settings: { dim: 2 }, iterations: 2, batchSize: 8, steps: 2, paths: 16, workers: 1 }
    await solve('heat', { ...options, checkpoint: path, signal: AbortSignal.abort() })
    const warned: string[] = []
    const onWarning = (message: string) => warned.push(message)
    writeFileSync(
      path,
      resigned(readFileSync(path), (description) => {
        description.engine = '1.2.3-node.4'
      }),
    )
    const { status } = await resume(path, { workers: 1, onWarning })
    expect(status).not.toBe('stopped')
    expect(warned).toHaveLength(1)
    expect(warned[0]).toMatch(/begun under a Node with V8 1\.2\.3-node\.4.*may differ in the last digit/)
  })
})
