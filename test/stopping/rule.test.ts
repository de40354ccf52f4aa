/** A learned rule: asked from code, kept in a file, run on new paths. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HEADER_BYTES } from '../../src/checkpoint/format.ts'
import { solve } from '../../src/entry/solve.ts'
import { UserError } from '../../src/errors/errors.ts'
import { loadRule } from '../../src/methods/stopping/rule-file.ts'
import { stoppedForm, stoppedLines } from '../../src/methods/stopping/stopped.ts'
import { defineStopping } from '../../src/problem/stopping-definition.ts'
import type { Solution } from '../../src/solution/solution.ts'
import { run } from '../cli/run.ts'
import { resigned } from '../safety/tampered.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-rule-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'rule.dbsde')
const SMALL = { batchSize: 2048, paths: 4096, workers: 1 }
let solution: Solution

beforeAll(async () => {
  solution = await solve('max-call', { ...SMALL, settings: { dim: 2 }, save: path })
})

describe('a rule', () => {
  it('stops far in the money on one asset, goes on at the money and where both are alike', async () => {
    const { rule } = solution
    // Known of the exercise region of the max-call: it has an arm along each axis, and not the diagonal.
    expect(rule!.stop(1, [180, 60])).toBe(true)
    expect(rule!.stop(1, [60, 180])).toBe(true)
    expect(rule!.stop(1, [100, 100])).toBe(false)
    expect(rule!.stop(1, [150, 150])).toBe(false)
    expect(rule!.payoff(1, [180, 60])).toBe(80)
    expect(rule!.goingOn(1, [180, 60])).toBeLessThan(80)
    expect(rule!.goingOn(1, [150, 150])).toBeGreaterThan(50)
  })

  it('stops at dates alone, and at the horizon always', () => {
    const { rule } = solution
    expect(rule!.dates).toHaveLength(9)
    expect(rule!.stop(1.1, [180, 60])).toBe(false)
    expect(rule!.stop(0, [180, 60])).toBe(false)
    expect(rule!.stop(3, [50, 50])).toBe(true)
  })

  it.each([
    [-1, [1, 1], /t must lie between 0 and 3, got -1/],
    [Number.NaN, [1, 1], /t must lie between/],
    [1, [1], /x must have 2 components, got 1/],
    [1, [0, 1], /x must be positive numbers, got 0/],
    [1, [Number.NaN, 1], /x must be positive numbers, got NaN/],
  ])('refuses t = %d, x = %j in one line', (t, x, message) => {
    expect(() => solution.rule!.stop(t, x)).toThrow(UserError)
    expect(() => solution.rule!.stop(t, x)).toThrow(message)
  })

  it('is no part of the JSON form', () => {
    expect(JSON.parse(JSON.stringify(solution))).not.toHaveProperty('rule')
  })

  it('pays on new paths what its lower limit says, and stops when that says', () => {
    const stopped = solution.rule!.simulate(20_000, 5)
    const { worth, time } = stoppedForm(
      { id: 'max-call', settings: { dim: 2, horizon: 3 }, dim: 2 } as never,
      stopped,
    )
    const { time: own } = solution.stopping!
    const lower = solution.stopping!.lower!
    expect(Math.abs(worth.mean - lower.value)).toBeLessThan(
      4 * Math.hypot(worth.standardError, lower.standardError),
    )
    expect(Math.abs(time.mean - own.mean)).toBeLessThan(4 * own.deviation * Math.sqrt(1 / 20_000 + 1 / 4096))
    for (let p = 0; p < 100; p++) {
      const x = stopped.state.subarray(2 * p, 2 * p + 2)
      expect(stopped.payoff[p]).toBeCloseTo(Math.max(Math.max(...x) - 100, 0), 3)
      expect(stopped.worth[p]).toBeCloseTo(
        stopped.payoff[p] * Math.exp(-0.05 * stopped.dates[stopped.date[p]]),
        4,
      )
    }
  })

  it('counts what is paid on the way, and costs as costs', async () => {
    const page = defineStopping({
      id: 'waiting',
      title: 'waiting',
      source: 'test',
      group: 'test',
      settings: { dim: 1, horizon: 1 },
      x0: 1,
      drift: '0',
      diffusion: '0.1',
      driver: '2',
      stopping: { payoff: '5', dates: 4, goal: 'minimize' },
    })
    const { rule } = await solve(page, SMALL)
    const { worth, payoff, date } = rule!.simulate(10)
    expect([...new Set(date)]).toEqual([1])
    expect(payoff[0]).toBe(5)
    expect(worth[0]).toBeCloseTo(5.5, 6)
    expect(rule!.goingOn(0.25, [1])).toBeGreaterThan(5.2)
  })

  it('at any time is that of the last date until then', async () => {
    const { rule } = await solve('american-put', SMALL)
    expect(rule!.dates[0]).toBe(0)
    expect(rule!.stop(0.507, [30])).toBe(true)
    expect(rule!.stop(0.507, [38])).toBe(false)
    expect(rule!.stop(0, [30])).toBe(true)
  })
})

describe('a file of a rule', () => {
  it('gives the same rule, and the same paths for the same seed', async () => {
    const again = await loadRule(path)
    const [a, b] = [solution.rule!, again].map((rule) => rule.simulate(300, 3))
    expect([...b.worth]).toEqual([...a.worth])
    expect([...again.simulate(300, 4).worth]).not.toEqual([...a.worth])
  })

  it('holds no code', () => {
    const file = readFileSync(path)
    const text = file.toString('utf8', HEADER_BYTES, HEADER_BYTES + file.readUInt32LE(12))
    expect(text).not.toMatch(/use strict|function|=>|Math\./)
  })

  it('is run by the command: a line a path, quantiles, JSON, other starts, another world', async () => {
    const lines = (await run(['simulate', path, '--paths', '5'])).stdout.trim().split('\n')
    expect(lines[0]).toBe('path,t,payoff,worth,x1,x2')
    expect(lines).toEqual([...stoppedLines(2, (await loadRule(path)).simulate(5))])
    const { stdout } = await run(['simulate', path, '--json', '--x0', '[150,60]', '--set', 'sigma=0.01'])
    const form = JSON.parse(stdout)
    expect(form.chances).toHaveLength(9)
    // It stops at the first date.
    expect(form.chances[0].chance).toBe(1)
    expect(form.settings.sigma).toBe(0.01)
    const table = (await run(['simulate', path, '--quantiles'])).stdout.trim().split('\n')
    expect(table[0]).toBe('name,mean,q05,q25,q50,q75,q95')
    expect(table.map((line) => line.split(',')[0]).slice(1)).toEqual(['t', 'payoff', 'worth', 'x1', 'x2'])
  })

  it.each([
    [['--set', 'dim=3'], /the rule is for dim = 2, the settings make it 3/],
    [['--set', 'dates=4'], /the settings change the dates/],
    [['--x0', '[1,2,3]'], /--x0 must be 2 finite numbers/],
    [['--x0', '-1'], /x must be positive numbers, got -1/],
  ])('is refused with %j', async (args, message) => {
    const { exitCode, stderr } = await run(['simulate', path, ...args])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr.trim()).not.toContain('\n')
  })

  it('of another form is refused', async () => {
    const bytes = resigned(readFileSync(path), (description) => {
      description.options = { ...(description.options as object), batchSize: 64 }
    })
    writeFileSync(join(folder, 'other'), bytes)
    await expect(loadRule(join(folder, 'other'))).rejects.toThrow(/whose rules have another form than ours/)
  })

  it('is not written over a file of another kind', async () => {
    writeFileSync(join(folder, 'mine'), 'mine')
    const attempt = solve('max-call', { ...SMALL, settings: { dim: 2 }, save: join(folder, 'mine') })
    await expect(attempt).rejects.toThrow(/--save: .*no file of deepbsde's.*left as it is/)
  })
})
