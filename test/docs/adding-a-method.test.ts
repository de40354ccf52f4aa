/**
 * Does what docs/adding-a-method.md says: puts its files into a copy of the package, builds it, and asks every place that should
 * know of the method. No other file of the copy is touched.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, PackageCopy } from './package-copy.ts'

const files = await blocksOf('adding-a-method.md', 'file')
const id = 'terminal-mean'

let copy: PackageCopy

beforeAll(async () => {
  copy = await PackageCopy.make()
  await mkdir(join(copy.folder, 'src/methods', id))
  for (const { name, text } of files) await copy.write(`src/methods/${id}/${name}`, text)
  await copy.build()
})

afterAll(() => copy.remove())

const deepbsde = (...args: string[]) => copy.deepbsde(...args)
const solve = (...args: string[]) => deepbsde('solve', 'heat', '--set', 'dim=2', '--method', id, ...args)

describe('docs/adding-a-method.md', () => {
  it('has a method of four files', () => {
    expect(files.map(({ name }) => name)).toEqual(['about.ts', 'plan.ts', 'method.ts', 'stages.ts'])
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
    const { stdout } = await deepbsde('solve', '--help-all')
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
    expect(await copy.read('run.html')).toContain('terminal-mean')
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
    const { stdout } = await copy.run(process.execPath, ['--input-type=module', '-e', script])
    const { status, paths, resumed, whole } = JSON.parse(stdout)
    expect(status).toBe('stopped')
    expect(paths).toBeGreaterThan(0)
    expect(paths).toBeLessThan(3_000_000)
    expect(resumed).toEqual(whole)
  })
})
