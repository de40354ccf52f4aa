/**
 * Does what docs/adding-a-method.md and docs/adding-a-part.md say, in one copy of the package, which takes long to build: four files for a
 * method, and no other file touched for it; one file for a part, and one word in a method. Then every place that should know of them is asked.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, PackageCopy } from './package-copy.ts'

const files = await blocksOf('adding-a-method.md', 'file')
const id = 'terminal-mean'

const PAGE = {
  settings: { dim: 1, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'x[1]',
  cap: 0.5,
}

let copy: PackageCopy

beforeAll(async () => {
  copy = await PackageCopy.make()
  await mkdir(join(copy.folder, 'src/methods', id))
  for (const { name, text } of files) await copy.write(`src/methods/${id}/${name}`, text)
  for (const { name, text } of await blocksOf('adding-a-part.md', 'file')) {
    await copy.write(`src/page/parts/${name}`, text)
  }
  for (const { name, text } of await blocksOf('adding-a-part.md', 'change')) {
    const before = await copy.read(name)
    await copy.write(name, before.replace(/^ {2}takes: .*\n/m, text))
    expect(await copy.read(name)).not.toBe(before)
  }
  await copy.build()
  await copy.write('capped.json', JSON.stringify(PAGE))
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

/** The page with another entry, as a file. */
async function written(changes: object): Promise<string> {
  await copy.write('other.json', JSON.stringify({ ...PAGE, ...changes }))
  return 'other.json'
}

describe('docs/adding-a-part.md', () => {
  it('has the part read and solved by the method that takes it', async () => {
    const { stdout, stderr } = await copy.deepbsde(
      ...['solve', 'capped.json', '--method', 'monte-carlo', '--paths', '65536', '--json', '--quiet'],
    )
    expect(stderr).toBe('')
    const { value, standardError } = JSON.parse(stdout)
    // E min(W, c) = c(1 − Φ(c)) − φ(c)
    expect(Math.abs(value - (0.5 * 0.3085375387 - 0.3520653268))).toBeLessThan(4 * standardError)
    expect(standardError).toBeLessThan(0.01)
  })

  it('has it refused by the others, by its name', async () => {
    const { code, stderr } = await copy.deepbsde('solve', 'capped.json', '--method', 'deep-bsde')
    expect(stderr).toBe(
      'deepbsde: capped: deep-bsde solves equations, not equations with a cap. Leave --method out.\n',
    )
    expect(code).toBe(2)
  })

  it('has it checked by the limits of all pages, and offered where a key is unknown', async () => {
    const wrong = await copy.deepbsde('solve', await written({ cap: [1] }), '--method', 'monte-carlo')
    expect(wrong.stderr).toMatch(
      /^deepbsde: other\.json: cap must be a formula .* or a finite number, got \[1\]/,
    )
    const unknown = await copy.deepbsde('solve', await written({ capp: 1 }))
    expect(unknown.stderr).toMatch(/unknown key 'capp'\. Did you mean 'cap'\? .*The keys are .*\bcap\b/)
  })

  it('has it kept in checkpoints', async () => {
    const args = [
      '--method',
      'monte-carlo',
      '--paths',
      '8192',
      '--checkpoint',
      'run.ckpt',
      '--json',
      '--quiet',
    ]
    const first = JSON.parse((await copy.deepbsde('solve', 'capped.json', ...args)).stdout)
    const again = JSON.parse((await copy.deepbsde('resume', 'run.ckpt', '--json', '--quiet')).stdout)
    expect(again.value).toBe(first.value)
  })
})
