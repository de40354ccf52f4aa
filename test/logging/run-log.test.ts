import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DivergenceError } from '../../src/errors/errors.ts'
import { openRunLog } from '../../src/logging/run-log.ts'
import type { Solution } from '../../src/solution/solution.ts'

const RUN = { problem: 'heat', version: '1.2.3', choices: { seed: 7 } }
const RECORD = { loss: 0.5, estimate: 1.25, rate: 0.01, elapsedMs: 3 }

async function emptyLog() {
  const path = join(await mkdtemp(join(tmpdir(), 'deepbsde-')), 'run.ndjson')
  const lines = async (): Promise<Record<string, unknown>[]> =>
    (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  return { log: openRunLog(path, RUN), lines }
}

it('holds each iteration as soon as it is told of it', async () => {
  const { log, lines } = await emptyLog()
  expect(await lines()).toMatchObject([{ event: 'start', problem: 'heat', choices: { seed: 7 } }])
  log.iterations([{ iteration: 1, ...RECORD }])
  expect(await lines()).toMatchObject([{ event: 'start' }, { event: 'iteration', iteration: 1, ...RECORD }])
  log.close()
})

it('keeps what was told when the run fails', async () => {
  const { log, lines } = await emptyLog()
  log.iterations([
    { iteration: 1, ...RECORD },
    { iteration: 2, ...RECORD },
  ])
  log.fail(new DivergenceError('not finite', 2, null, null))
  log.close()
  expect(await lines()).toMatchObject([
    { event: 'start' },
    { event: 'iteration', iteration: 1 },
    { event: 'iteration', iteration: 2 },
    { event: 'failed', error: 'DivergenceError', message: 'not finite' },
  ])
})

it('takes the iterations from the history of a method that tells of none', async () => {
  const { log, lines } = await emptyLog()
  const history = { loss: [2, 1], estimate: [0, 0], rate: [1, 1], elapsedMs: [1, 2] }
  log.finish({ problem: 'heat', value: 3, history, gradient: [1] } as unknown as Solution)
  log.close()
  const [, first, second, end] = await lines()
  expect(first).toMatchObject({ event: 'iteration', iteration: 1, loss: 2 })
  expect(second).toMatchObject({ iteration: 2, loss: 1 })
  expect(end).toMatchObject({ event: 'end', value: 3 })
  expect(end).not.toHaveProperty('gradient')
})
