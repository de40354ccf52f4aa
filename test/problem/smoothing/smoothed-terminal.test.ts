/** A jump seen from before T: what a Brownian path's probability of being beyond it is, and its slope. */
import { describe, expect, it } from 'vitest'
import { functions } from '../../../src/formulas/functions.ts'
import { loadBatchFunction } from '../../../src/formulas/load.ts'
import { compileJump } from '../jump-page.ts'

/** g and σᵀ∇g at (t, x). */
function slopesOf(compiled: Awaited<ReturnType<typeof compileJump>>, t: number, x: number[]): number[] {
  const found = loadBatchFunction(compiled.functions.terminalGradient.source)
  const [value, slope] = [new Float64Array(1), new Float64Array(2)]
  found(1, t, Float64Array.from(x), 0, 2, value, 0, 1, slope, 0, 2)
  return [value[0], ...slope]
}

const normcdf = functions.normcdf.value
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)

describe('a terminal condition that jumps', () => {
  it('has the slope of its probability before T, for a Brownian path with drift', async () => {
    const compiled = await compileJump({ drift: '0.5', diffusion: '2' })
    expect(compiled.isTerminalSmoothed).toBe(true)
    const deviation = 2 * Math.sqrt(0.75)
    const [value, slope, other] = slopesOf(compiled, 0.25, [0.3, 5])
    expect(slope).toBeCloseTo(2 * (density((0.3 + 0.5 * 0.75 - 1) / deviation) / deviation), 10)
    expect(value).toBeCloseTo(0.42558, 4)
    expect(other).toBe(0)
  })

  it('is itself at T', async () => {
    const compiled = await compileJump({})
    expect(slopesOf(compiled, 1, [1.0001, 0])).toEqual([1, 0, 0])
    expect(slopesOf(compiled, 1, [0.9999, 0])).toEqual([0, 0, 0])
  })

  it.each([
    ['a jump', '-2 * if(x[1] > 0, 1, 0)'],
    ['a step that is hardly wider', '-2 * normcdf(1e4 * x[1])'],
  ])('is what a square of z makes of it, by how much %s counts for in g', async (_name, terminal) => {
    const compiled = await compileJump({ terminal, driver: 'dot(z, z)', drift: '0', diffusion: '1' })
    const [value] = slopesOf(compiled, 0.5, [0.1, 0])
    const beyond = normcdf(0.1 / Math.sqrt(0.5))
    expect(value).toBeCloseTo(Math.log(beyond * Math.exp(-4) + 1 - beyond) / 2, 5)
  })

  it.each([
    ['a strip', 'if(x[1] > 0 and x[1] < 1, 1, 0)', [0.2, 0]],
    ['one or the other', 'if(x[1] > 1 or x[2] > 1, x[1], 0)', [0.9, 0.9]],
    ['a sign', 'sign(x[1] - x[2])', [0.1, 0.2]],
    ['a condition turned round', 'if(not (x[1] > 1), 1, 2)', [0.8, 0]],
  ])('is smoothed where it is %s: its slope is that of its value', async (_name, terminal, x) => {
    const compiled = await compileJump({ terminal })
    expect(compiled.isTerminalSmoothed).toBe(true)
    const [, ...slopes] = slopesOf(compiled, 0.5, x)
    expect(Math.hypot(...slopes)).toBeGreaterThan(0.01)
    slopes.forEach((slope, i) => {
      const at = (h: number) =>
        slopesOf(
          compiled,
          0.5,
          x.map((value, k) => value + (k === i ? h : 0)),
        )[0]
      expect(slope).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 6)
    })
  })

  it.each([
    ['is continuous', 'if(x[1] > 0, x[1], 0)'],
    ['is rounded', 'floor(x[1])'],
    ['has a branch that is not defined everywhere', 'if(x[1] > 1, log(x[1]), -1)'],
  ])('stays as it is where it %s', async (_name, terminal) => {
    expect((await compileJump({ terminal })).isTerminalSmoothed).toBe(false)
  })
})
