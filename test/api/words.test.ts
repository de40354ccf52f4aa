/** What programs are told: options by their names, and the nearest to one that there is not. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inWordsOfCode } from '../../src/api/words.ts'
import { MemoryLimitError, UserError } from '../../src/errors/errors.ts'
import type { SolveOptions } from '../../src/index.ts'
import * as deepbsde from '../../src/index.ts'
import { listAllProblems } from '../../src/page/catalog.ts'

const { solve, solveBothWays, solveEnsemble, resume, sweep } = deepbsde
const untyped = (options: object) => options as SolveOptions

describe('a message', () => {
  it.each([
    ['dim must be an integer ≥ 1, got 0. Use --set dim=100.', 'dim must be an integer ≥ 1, got 0. Use settings: { dim: 100 }.'],
    ['Use --batch-size 64, or leave --region out.', 'Use batchSize: 64, or leave region out.'],
    ['Use --hidden 110,110.', 'Use hidden: [110, 110].'],
    ['Use --steps N.', 'Use steps: N.'],
    ['Use --confidence 0.95.', 'Use confidence: 0.95.'],
    ['Use --set x0=0 or --set dim=2.', 'Use settings: { x0: 0 } or settings: { dim: 2 }.'],
    ["Use --set a=1 or --set 'a=[1,2]'.", 'Use settings: { a: 1 } or settings: { a: [1,2] }.'],
    ['Lower --memory, or see --no-such-flag.', 'Lower memoryLimit, or see --no-such-flag.'],
  ])('%s', async (engine, code) => {
    const made = inWordsOfCode(() => Promise.reject(new UserError(engine)))
    await expect(made).rejects.toThrow(code)
  }) // biome-ignore format: pairs

  it('stays what it is', async () => {
    const made = inWordsOfCode(() => Promise.reject(new MemoryLimitError('Lower --steps.')))
    await expect(made).rejects.toBeInstanceOf(MemoryLimitError)
    await expect(inWordsOfCode(() => Promise.reject(new Error('--steps')))).rejects.toThrow('--steps')
  })
})

describe('an option', () => {
  it.each([
    [{ iteration: 5 }, /^unknown option 'iteration'\. Did you mean 'iterations'\? The options are /],
    [{ batchsize: 5 }, /Did you mean 'batchSize'\?/],
    [{ dim: 10 }, /^unknown option 'dim'/],
    [{ seeds: [1, 2] }, /^unknown option 'seeds'\. Did you mean 'seed'\?/],
    [{ atOnce: 2 }, /^unknown option 'atOnce'/],
    [{ threads: null }, /^unknown option 'threads'/],
    [{ steps: 0 }, /steps must be an integer from 1 to .*, got 0\. Use steps: N\./],
    [{ workers: 'two' }, /workers must be an integer/],
    [{ settings: { dim: 0 } }, /Use settings: \{ dim: 100 \}/],
  ])('%j is refused in the words of code', async (options, message) => {
    const error = await solve('heat', untyped(options)).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toMatch(message)
    expect(error.message).not.toMatch(/ --\w/)
  })

  it('is refused by every call', async () => {
    const options = untyped({ tolerence: 1 })
    for (const call of [
      () => solveEnsemble('heat', [1], options),
      () => solveBothWays('lqr', options),
      () => resume('run.ckpt', options),
      () => sweep('heat', options),
    ])
      await expect(call()).rejects.toThrow(/Did you mean 'tolerance'\?/)
  })
})

it('that is varied is told by its name', async () => {
  await expect(sweep('heat', { vary: { lamda: [1] } })).rejects.toThrow(/lamda/)
  const rows = await sweep('heat', { vary: { dim: [1, 0] } }).catch(({ message }) => message)
  expect(rows).toContain('settings: { dim: ')
})

describe('a problem', () => {
  it('may be the path of a page', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'deepbsde-api-')), 'mine.yaml')
    writeFileSync(
      path,
      'settings: { dim: 2, horizon: 1 }\nx0: 0\ndrift: "0"\ndiffusion: "1"\ndriver: "0"\nterminal: dot(x, x)',
    )
    const solution = await solve(path, { steps: 2, iterations: 2, batchSize: 8, paths: 256, workers: 1 })
    expect(solution.problem).toBe('mine')
    expect(Math.abs(solution.value - 2)).toBeLessThan(5 * solution.standardError + 1e-6)
  })

  it.each([[undefined], [7], [null]])('%j is refused', async (problem) => {
    await expect(solve(problem as unknown as string)).rejects.toThrow(/a problem is the id of a built-in one/)
  })
})

describe('the names that editors complete', () => {
  const source = readFileSync(new URL('../../src/options/ids.ts', import.meta.url), 'utf8')
  const unionOf = (type: string) =>
    [
      ...source
        .slice(source.indexOf(`type ${type} =`))
        .split('\n\n')[0]
        .matchAll(/'([^']+)'/g),
    ].map(([, id]) => id)

  it('are those of all problems', async () =>
    expect(unionOf('ProblemId')).toEqual((await listAllProblems()).sort()))
  it('are those of all methods', async () =>
    expect(unionOf('MethodId')).toEqual((await deepbsde.listMethods()).sort()))
})

it('a page needs no more than a file does', async () => {
  const page = {
    settings: { dim: 1, horizon: 1 },
    x0: 0,
    drift: '0',
    diffusion: '1',
    driver: '0',
    terminal: 'x[1]^2',
  }
  const options = { steps: 2, iterations: 2, batchSize: 8, paths: 256, workers: 1 }
  expect((await solve(page, options)).problem).toBe('page')
})
