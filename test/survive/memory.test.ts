/** Runs that are too large: refused with the figure and what to lower, without time or memory spent on it. */
import { expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { UserError } from '../../src/errors/errors.ts'

it.each<[string, SolveOptions]>([
  ['a dimension', { settings: { dim: 1_000_000 }, steps: 50 }],
  ['time steps', { settings: { dim: 100_000 }, steps: 100_000 }],
  ['a batch', { settings: { dim: 10_000 }, batchSize: 1_000_000 }],
])('too large %s is refused at once', async (_, options) => {
  const before = process.memoryUsage().rss
  const error = await solve('heat', { ...options, memoryLimit: 2 ** 32 }).catch((reason) => reason)
  expect(error).toBeInstanceOf(UserError)
  expect(error.message).toMatch(
    /needs at least [\d,]+ MB of memory, allowed are 4,096 MB\. Lower the dimension/,
  )
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 26)
})

it.each<[string, SolveOptions]>([
  ['hidden layers', { settings: { dim: 10 }, hidden: [60_000, 60_000] }],
  ['a limit', { memoryLimit: 2 ** 23 }],
])('too much for %s is refused before it is allocated', async (_, options) => {
  const error = await solve('heat', { memoryLimit: 2 ** 32, ...options, workers: 1 }).catch(
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(UserError)
  expect(error.message).toMatch(/the run needs [\d,]+ MB of memory, allowed are [\d,]+ MB\. Lower/)
})

it('a dimension beyond all machines is refused', async () => {
  await expect(solve('heat', { settings: { dim: 1e9 } })).rejects.toThrow(/dim must be at most 1000000/)
})
