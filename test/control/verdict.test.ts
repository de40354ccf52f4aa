/** A policy is `converged` only where more training gains nothing to speak of. */
import { describe, expect, it } from 'vitest'
import { OUTCOME } from '../../src/control/start/plan.ts'
import { judgePolicy } from '../../src/control/verdict.ts'
import { solve } from '../../src/entry/solve.ts'
import { run } from '../cli/run.ts'

/** One network for all steps: training begins with no rule, and has something to learn. */
const small = { settings: { dim: 3 }, paths: 1024, sharedNetwork: true }

describe('a run', () => {
  it.each([
    20, 40,
  ])('of %i iterations is unconverged, and says what more of them gain', async (iterations) => {
    const { status, reason } = await solve('lqr', { ...small, iterations })
    expect(status).toBe('unconverged')
    expect(reason).toMatch(/^20 more iterations still gain \S+ ± \S+, where training gained /)
  })

  it('whose rate is far too low is unconverged', async () => {
    const { status, reason } = await solve('lqr', { ...small, learningRate: 1e-6, iterations: 60 })
    expect(status).toBe('unconverged')
    expect(reason).toMatch(/more iterations still gain/)
  })

  it('with its defaults is converged, and keeps what it trained', async () => {
    const { status, reason, value, reference } = await solve('lqr', small)
    expect([status, reason]).toEqual(['converged', null])
    expect(value / reference!.value).toBeLessThan(1.005)
  })

  it('that maximises is judged by its gain', async () => {
    const options = { iterations: 20, batchSize: 256, paths: 1024 }
    expect((await solve('merton-power', options)).status).toBe('unconverged')
  })

  it('ends with 3 where it is unconverged', async () => {
    const args = [
      'solve',
      'lqr',
      '--set',
      'dim=3',
      '--iterations',
      '20',
      '--paths',
      '512',
      '--shared-network',
    ]
    const { exitCode, stdout } = await run(args)
    expect(exitCode).toBe(3)
    expect(stdout).toMatch(/Unconverged, not to be relied on: 20 more iterations still gain/)
  })
})

describe('the verdict', () => {
  const words = {
    iteration: 100,
    firstCost: 3,
    firstDeviation: 1,
    probeCost: 2,
    probeGain: 0,
    probeError: 1e-4,
  }
  const judge = (change: Partial<typeof words>, sign: 1 | -1 = 1, outcome: number = 0, isQuadratic = false) =>
    judgePolicy(
      // What the probe's further words are, then that training began with no rule and was kept.
      Float64Array.from([...Object.values({ ...words, ...change }), 0, 0, -1, outcome]),
      { sign } as never,
      { state: 0, options: { batchSize: 100, iterations: 100 }, start: { state: 8 } } as never,
      isQuadratic,
    )

  it('lets pass what is small, or not seen', () => {
    expect(judge({})).toBeNull()
    expect(judge({ probeGain: 0.004 })).toBeNull()
    expect(judge({ probeGain: 0.1, probeError: 0.05 })).toBeNull()
    expect(judge({ probeGain: Number.NaN })).toBeNull()
  })

  it('does not take the rounding of costs without noise for a worse rule', () => {
    expect(judge({ firstDeviation: 0, firstCost: 2, probeCost: 2 + 1e-6 })).toBeNull()
    expect(judge({ firstDeviation: 0, firstCost: 2, probeCost: 2 + 1e-5 })).toMatch(/the rule is worse/)
    expect(judge({ firstDeviation: 0, firstCost: -2, probeCost: -2 - 1e-5 }, -1)).toMatch(/the rule is worse/)
  })

  it('takes no gain of steps for one of the rule where the best rule is the answer', () => {
    expect(judge({ probeGain: 0.1 }, 1, OUTCOME.start, true)).toBeNull()
    expect(judge({ probeGain: 0.1 }, 1, OUTCOME.start, false)).toMatch(/still gain/)
    expect(judge({ probeGain: 0.1 }, 1, OUTCOME.trained, true)).toMatch(/still gain/)
  })

  it('names what is left, and a rule worse than the first', () => {
    expect(judge({ probeGain: 0.006 })).toMatch(/20 more iterations still gain 0.0060/)
    expect(judge({ probeGain: 0.006 })).not.toMatch(/bound/)
    expect(judge({ probeGain: 0.2 })).toMatch(
      /no slower than before: take more --iterations, or see that the cost is bounded$/,
    )
    expect(judge({ firstCost: 1, probeCost: 2 })).toMatch(/worse by 1.0 than/)
    expect(judge({ firstCost: 1, probeCost: 2, probeGain: -0.006 }, -1)).toMatch(/still gain 0.0060/)
  })
})
