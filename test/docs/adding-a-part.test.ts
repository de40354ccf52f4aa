/** Does what docs/adding-a-part.md says, in a copy of the package: one file, and one word in a method. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, PackageCopy } from './package-copy.ts'

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
