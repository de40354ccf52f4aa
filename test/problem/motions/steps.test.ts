import { expect, it } from 'vitest'
import { EXACT } from '../../../src/problem/laws/law.ts'
import { expectation } from './tree.ts'

/** The slope between jumps is that of a constant or a linear drift: no law that is exact for those holds. */
it.each([
  ['-3 * sign(x[1])', '1'],
  ['if(x[1] > 0, -3, 3)', '1'],
  ['floor(x[1])', '1'],
  ['mod(x[1], 1)', '1'],
  ['[if(x[2] > 0, -3, 3), x[1]]', '1'],
  ['0', '1 + sign(x[1]) / 2'],
  ['x', 'if(x[1] > 1, 0.2, 0.4) * x'],
])('takes no law for exact where μ = %s, σ = %s', async (drift, diffusion) => {
  const x0 = drift.startsWith('[') ? [0.2, 0] : [0.2]
  const { problem } = await expectation({ drift, diffusion, x0, moment: 'x[1]' }, 1, 3)
  expect(problem.dynamics.order).not.toBe(EXACT)
})
