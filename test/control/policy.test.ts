/** A trained rule: the same bits from any number of workers, asked at a point, saved, loaded and run. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { loadPolicy, savePolicy } from '../../src/methods/policy/policy-file.ts'
import { bandsOf, csvLines } from '../../src/methods/policy/trajectories.ts'
import type { Solution } from '../../src/solution/solution.ts'
import { orderQuantile } from '../../src/statistics/order.ts'

const short = { settings: { dim: 3 }, iterations: 12, batchSize: 50, steps: 4, paths: 300 }
let folder = ''
let solution: Solution

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-'))
  solution = await solve('lqr', { ...short, workers: 1 })
})
afterAll(() => rm(folder, { recursive: true }))

describe('training', () => {
  it.each([2, 3])('gives the same bits on %i workers as on one', async (workers) => {
    const other = await solve('lqr', { ...short, workers })
    expect(other.value).toBe(solution.value)
    expect(other.standardError).toBe(solution.standardError)
    expect(other.history.estimate).toEqual(solution.history.estimate)
    expect(other.gradient).toEqual(solution.gradient)
    expect(other.policy!.trained.parameters).toEqual(solution.policy!.trained.parameters)
  })

  it('takes one network of (t, x) for all steps, or one for each, as asked for', async () => {
    const one = await solve('lqr', { ...short, sharedNetwork: true })
    const { options, parameters } = one.policy!.trained
    expect(options.isShared).toBe(true)
    expect(parameters.length).toBeLessThan(solution.policy!.trained.parameters.length / 2)
    const quick = { iterations: 2, batchSize: 16, paths: 64 }
    const isShared = async (asked: { sharedNetwork?: boolean }) =>
      (await solve('merton-power', { ...quick, ...asked })).policy!.trained.options.isShared
    expect(await isShared({})).toBe(true)
    expect(await isShared({ sharedNetwork: false })).toBe(false)
  })

  it('gives other bits for another seed', async () => {
    expect((await solve('lqr', { ...short, seed: 2 })).value).not.toBe(solution.value)
  })
})

describe('a policy', () => {
  it('gives at a point what it does on its paths', () => {
    const policy = solution.policy!
    const paths = policy.simulate(2)
    for (let n = 0; n < 4; n++) {
      const at = (5 + n) * 3
      const asked = policy.control(paths.times[n], paths.state.subarray(at, at + 3))
      expect(asked).toEqual([...paths.control.subarray((4 + n) * 3, (5 + n) * 3)])
    }
  })

  it('costs on new paths what the estimate says', () => {
    const { cost } = solution.policy!.simulate(4000, 9)
    const final = Array.from({ length: 4000 }, (_, p) => cost[p * 5 + 4])
    const mean = final.reduce((sum, c) => sum + c, 0) / 4000
    const variance = final.reduce((sum, c) => sum + (c - mean) ** 2, 0) / 3999
    expect(Math.abs(mean - solution.value)).toBeLessThan(
      4 * Math.hypot(Math.sqrt(variance / 4000), solution.standardError),
    )
  })

  it('starts elsewhere, and the same seed gives the same paths', () => {
    const policy = solution.policy!
    const paths = policy.simulate(3, 5, [2, 0, -1])
    expect([...paths.state.subarray(0, 3)]).toEqual([2, 0, -1])
    expect(policy.simulate(3, 5, [2, 0, -1]).cost).toEqual(paths.cost)
    expect(policy.simulate(3, 6, [2, 0, -1]).cost).not.toEqual(paths.cost)
  })

  it.each([
    [() => solution.policy!.control(-0.1, [0, 0, 0]), /t must lie between 0 and 1, got -0.1/],
    [() => solution.policy!.control(0, [0, 0]), /x must have 3 components, got 2/],
    [() => solution.policy!.simulate(2, 1, [0]), /x0 must have 3 components, got 1/],
  ])('refuses what does not fit (%#)', (ask, message) => {
    expect(ask).toThrow(message)
  })

  it('comes back from its file as it was', async () => {
    const path = join(folder, 'policy.dbsde')
    await savePolicy(path, solution.policy!)
    const loaded = await loadPolicy(path)
    expect(loaded.simulate(5, 3)).toEqual(solution.policy!.simulate(5, 3))
    expect(loaded.control(0.6, [1, 2, 3])).toEqual(solution.policy!.control(0.6, [1, 2, 3]))
  })

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 40)],
    ['changed', (bytes: Buffer) => Buffer.from(bytes).fill(1, bytes.length - 100, bytes.length - 60)],
    ['empty', () => Buffer.alloc(0)],
  ])('is refused when its file is %s', async (_, change) => {
    const path = join(folder, 'whole.dbsde')
    await savePolicy(path, solution.policy!)
    const broken = join(folder, 'broken.dbsde')
    await writeFile(broken, change(await readFile(path)))
    await expect(loadPolicy(broken)).rejects.toThrow(/broken\.dbsde/)
  })

  it('leaves the JSON form of a solution as it is', () => {
    const { policy, ...form } = solution
    expect(JSON.parse(JSON.stringify(solution))).toEqual(JSON.parse(JSON.stringify(form)))
  })
})

describe('trajectories', () => {
  it('are a line a path and time in CSV', () => {
    const policy = solution.policy!
    const lines = [...csvLines(policy, policy.simulate(2))]
    expect(lines[0]).toBe('path,t,cost,x1,x2,x3,a1,a2,a3')
    expect(lines).toHaveLength(1 + 2 * 5)
    expect(lines[1]).toMatch(/^1,0,0,1,1,1,/)
    expect(lines[5]).toMatch(/^1,1,.*,,,$/)
  })

  it('have bands of every component', () => {
    const policy = solution.policy!
    const bands = bandsOf(policy, policy.simulate(50))
    expect(bands.map(({ name }) => name)).toEqual(['cost', 'x1', 'x2', 'x3', 'a1', 'a2', 'a3'])
    for (const { quantiles } of bands) {
      for (let n = 0; n < quantiles[0].length; n++) {
        for (let q = 1; q < quantiles.length; q++)
          expect(quantiles[q][n]).toBeGreaterThanOrEqual(quantiles[q - 1][n])
      }
    }
    expect(orderQuantile(Float64Array.of(1, 2, 4), 0.75)).toBe(3)
  })
})
