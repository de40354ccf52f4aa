/**
 * Does what docs/adding-a-method.md says: puts its two files into a copy of the package, builds it, and asks every place that should
 * know of the method. No other file of the copy is touched.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = await readFile(`${root}docs/adding-a-method.md`, 'utf8')
const files = [...page.matchAll(/^```ts file=(\S+)\n([\s\S]*?)^```$/gm)].map(([, name, text]) => ({
  name,
  text,
}))
const id = 'terminal-mean'
const run = promisify(execFile)

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deepbsde-'))
  const copied = ['src', 'workers', 'problems', 'package.json', 'tsconfig.json', 'tsconfig.build.json']
  for (const name of copied) await cp(join(root, name), join(folder, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await mkdir(join(folder, 'src/methods', id))
  for (const { name, text } of files) await writeFile(join(folder, 'src/methods', id, name), text)
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: folder })
  for (const kernel of ['simd.wasm', 'fma.wasm']) {
    await cp(join(root, 'dist/src/kernels', kernel), join(folder, 'dist/src/kernels', kernel))
  }
})

afterAll(() => rm(folder, { recursive: true }))

async function deepbsde(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const main = join(folder, 'dist/src/cli/main.js')
  try {
    return { code: 0, ...(await run(process.execPath, [main, ...args], { cwd: folder })) }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

const solve = (...args: string[]) => deepbsde('solve', 'heat', '--set', 'dim=2', '--method', id, ...args)

describe('docs/adding-a-method.md', () => {
  it('has a method of two files', () => {
    expect(files.map(({ name }) => name)).toEqual(['about.ts', 'method.ts'])
  })

  it('has it listed, with its options', async () => {
    expect((await deepbsde('list')).stdout).toMatch(/^ {2}terminal-mean +equation +Mean of g at the end/m)
    const forms: { id: string; options: unknown[] }[] = JSON.parse(
      (await deepbsde('list', '--methods', '--json')).stdout,
    )
    expect(forms.find((form) => form.id === id)?.options).toEqual([
      { name: 'draws', flag: '--draws', help: 'points at the end of time: 65536' },
    ])
  })

  it('has it in the help and in completion', async () => {
    const { stdout } = await deepbsde('solve', '--help')
    expect(stdout).toMatch(/^Mean {6}--draws <n> +points at the end of time: 65536$/m)
    expect(stdout).toMatch(/--method <id> .*\n?.*terminal-mean/)
    const { stdout: script } = await deepbsde('completion', 'bash')
    expect(script).toMatch(/^ {4}--method\).*terminal-mean/m)
    expect(script).toMatch(/^ {4}solve\) options='.* --draws /m)
  })

  it.each([
    [['--draws', '1'], /^deepbsde: --draws must be an integer ≥ 2, got '1'\. Use --draws 65536\.$/],
    [['--draws', '2e9'], /^deepbsde: draws must be an integer from 2 to 1000000000, got 2000000000\./],
    [['--steps', '4'], /^deepbsde: terminal-mean knows no --steps, .* do\. Leave --steps out\.$/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await solve(...args)
    expect(stderr.trim()).toMatch(message)
    expect(code).toBe(2)
  })

  it('has others refuse its option, and is refused where it does not solve', async () => {
    const { stderr } = await deepbsde('solve', 'heat', '--draws', '10')
    expect(stderr).toMatch(/deep-bsde knows no --draws, terminal-mean does\. Leave --draws out\./)
    const curved = await deepbsde('solve', 'hjb-lq', '--method', id)
    expect(curved.stderr).toMatch(/hjb-lq: terminal-mean takes exact laws and no driver/)
  })

  it('solves, with the same bits for any number of workers', async () => {
    const [one, two] = await Promise.all(
      ['1', '2'].map((workers) => solve('--draws', '10000', '--workers', workers, '--json', '--quiet')),
    )
    const { value, standardError, reference, status, paths } = JSON.parse(one.stdout)
    expect(JSON.parse(two.stdout)).toMatchObject({ value, standardError })
    expect(Math.abs(value - reference.value)).toBeLessThan(4 * standardError)
    expect({ status, paths }).toEqual({ status: 'converged', paths: 10_000 })
  })

  it('is in the report', async () => {
    const { stdout } = await solve('--draws', '10000', '--workers', '1', '--report', 'run.html')
    expect(stdout).toMatch(/^ {2}run +terminal-mean: 10,000 fresh paths$/m)
    expect(stdout).toContain('terminal-mean gives the value alone')
    expect(await readFile(join(folder, 'run.html'), 'utf8')).toContain('terminal-mean')
  })

  it('goes on from a checkpoint with the same bits', async () => {
    const script = `
      import { resume, solve } from './dist/src/index.js'
      const options = { method: '${id}', settings: { dim: 2 }, draws: 3_000_000, workers: 1 }
      const stop = new AbortController()
      const onProgress = ({ paths }) => paths > 0 && stop.abort()
      const { status, paths } = await solve('heat', { ...options, checkpoint: 'run.ckpt', signal: stop.signal, onProgress })
      const [resumed, whole] = [await resume('run.ckpt', { workers: 2 }), await solve('heat', options)]
      const bits = ({ value, standardError, paths }) => ({ value, standardError, paths })
      console.log(JSON.stringify({ status, paths, resumed: bits(resumed), whole: bits(whole) }))`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder })
    const { status, paths, resumed, whole } = JSON.parse(stdout)
    expect(status).toBe('stopped')
    expect(paths).toBeGreaterThan(0)
    expect(paths).toBeLessThan(3_000_000)
    expect(resumed).toEqual(whole)
  })
})
