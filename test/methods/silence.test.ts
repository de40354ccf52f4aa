/** Nothing learned is no evidence of nothing there. */

import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { judgeContradiction } from '../../src/methods/deep-bsde/silence.ts'
import { parseEquation } from '../support/pages.ts'

describe('training and fresh paths', () => {
  const run = { loss: [], endedByItself: false }
  const estimate = Array.from({ length: 200 }, (_, k) => 0.6 + (k % 2 === 0 ? 0.01 : -0.01))

  it('contradict each other where they differ by much and clearly', () => {
    expect(judgeContradiction({ estimate }, { ...run, value: 0.1, terminalDeviation: 0.2 })).toMatch(
      /^training's last estimates had the mean 0\.6/,
    )
  })

  it('do not where the distance is little of what g deviates by, or noise', () => {
    expect(judgeContradiction({ estimate }, { ...run, value: 0.58, terminalDeviation: 0.2 })).toBeNull()
    const noisy = estimate.map((value, k) => value + (k % 2 === 0 ? 5 : -5))
    expect(judgeContradiction({ estimate: noisy }, { ...run, value: 0.1, terminalDeviation: 0.2 })).toBeNull()
    expect(judgeContradiction({ estimate: [] }, { ...run, value: 0.1, terminalDeviation: 0.2 })).toBeNull()
  })
})

it('a jump that no path reaches is told', async () => {
  const definition = await parseEquation(
    JSON.stringify({
      settings: { dim: 1, horizon: 1 },
      x0: 0,
      drift: '0',
      diffusion: '1',
      driver: '0',
      terminal: 'if(x[1] > 6, 1, 0)',
    }),
    'json',
  )
  const { status, reason } = await solve(definition, { steps: 10, iterations: 20, paths: 2048 })
  expect(status).toBe('unconverged')
  expect(reason).toMatch(/out of their reach/)
})
