import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { DivergenceError } from '../../src/errors/errors.ts'
import { HISTORY, HISTORY_COLUMNS } from '../../src/fields/state.ts'
import type { IterationRecord } from '../../src/solution/solution.ts'
import { IterationReporter } from '../../src/training/iteration-reporter.ts'

const QUICK = { settings: { dim: 3 }, paths: 256, steps: 10, workers: 2 }

/** A history whose iterations end at the given times; the loss of each is its row's number. */
function historyOf(times: number[]): Float64Array {
  const doubles = new Float64Array(times.length * HISTORY_COLUMNS)
  times.forEach((time, row) => {
    doubles[row * HISTORY_COLUMNS + HISTORY.elapsedMs] = time
    doubles[row * HISTORY_COLUMNS + HISTORY.loss] = row
  })
  return doubles
}

describe('what is told of the iterations', () => {
  it('is each of them once, in order, with what the history keeps', async () => {
    const told: IterationRecord[][] = []
    const onIterations = (records: IterationRecord[]) => told.push(records)
    const { history } = await solve('heat', { ...QUICK, iterations: 300, onIterations })
    const records = told.flat()
    expect(records.map(({ iteration }) => iteration)).toEqual(history.loss.map((_, k) => k + 1))
    expect(records.map(({ loss }) => loss)).toEqual(history.loss)
    expect(records.map(({ estimate }) => estimate)).toEqual(history.estimate)
    expect(told.every(({ length }) => length > 0)).toBe(true)
  })

  it('reaches up to a divergence', async () => {
    const told: IterationRecord[] = []
    const run = solve('allen-cahn', {
      ...QUICK,
      iterations: 50,
      learningRate: 1e9,
      retries: 0,
      onIterations: (records) => told.push(...records),
    })
    const error: DivergenceError = await run.then(
      () => expect.fail('it did not diverge'),
      (reason) => reason,
    )
    expect(error).toBeInstanceOf(DivergenceError)
    expect(told.map(({ iteration }) => iteration)).toEqual(
      Array.from({ length: error.iteration }, (_, k) => k + 1),
    )
    expect(told.length).toBeGreaterThan(0)
  })

  it('is told again where a run went back, and as it is now', () => {
    const doubles = historyOf([1, 2, 3, 4])
    const told: string[] = []
    const reporter = new IterationReporter(doubles, 0, (records) =>
      told.push(records.map(({ iteration, elapsedMs }) => `${iteration}@${elapsedMs}`).join(' ')),
    )
    reporter.report(0)
    reporter.report(4)
    reporter.report(4)
    doubles.set(historyOf([1, 2, 7, 8]))
    reporter.report(4)
    expect(told).toEqual(['1@1 2@2 3@3 4@4', '3@7 4@8'])
  })
})
