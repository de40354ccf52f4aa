/** What a driver with a square of z makes of a jump before T, against the closed form u = log(E exp(2a g(X_T)))/(2a). */
import { describe, expect, it } from 'vitest'
import { loadBatchFunction } from '../../../src/formulas/load.ts'
import type { ProblemDefinition } from '../../../src/problem/definition.ts'
import { compileJump } from '../jump-page.ts'

/** The smoothed g and σᵀ of its slope at t = 0.19, where the noise to come has the deviation 0.9. */
async function smoothed(changes: Partial<ProblemDefinition>, x: number[]): Promise<number[]> {
  const { functions } = await compileJump(changes)
  const found = loadBatchFunction(functions.terminalGradient.source)
  const [value, slope] = [new Float64Array(1), new Float64Array(2)]
  found(1, 0.19, Float64Array.from(x), 0, 2, value, 0, 1, slope, 0, 2)
  return [value[0], ...slope]
}

/** P(x + 0.9 ξ > 1) for x = 0.4, and its slope. */
const [P, SLOPE] = [0.25249253754692, 0.35494222836]
const entropic = (a: number, above: number, below: number) =>
  Math.log(P * Math.exp(2 * a * above) + (1 - P) * Math.exp(2 * a * below)) / (2 * a)

describe('a jump under a driver with a square of z', () => {
  it.each<[string, Partial<ProblemDefinition>, number]>([
    ['|z|²', { driver: 'dot(z, z)' }, entropic(1, 1, 0)],
    ['a large one', { driver: '40 * dot(z, z)' }, entropic(40, 1, 0)],
    ['one that takes off', { driver: '-3 * dot(z, z) + z[2]' }, entropic(-3, 1, 0)],
    ['one across the jump alone', { driver: '2 * z[1]^2 - z[2]^2 + y' }, entropic(2, 1, 0)],
    ['a small one', { driver: '0.00001 * dot(z, z)' }, P],
    ['a sign', { driver: '0.5 * dot(z, z)', terminal: 'sign(x[1] - 1)' }, entropic(0.5, 1, -1)],
    ['one along the jump', { driver: 'z[2]^2' }, P],
    ['none, far from 0', { driver: 'sqrt(1 + dot(z, z))' }, P],
    ['one only in the middle of the jump', { driver: '(1 + 2 * y) * dot(z, z)' }, entropic(2, 1, 0)],
  ])('is what %s makes of it', async (_, changes, value) => {
    const [found, slope] = await smoothed(changes, [0.4, 3])
    expect(found).toBeCloseTo(value, 4)
    const [above, below] = await Promise.all(
      [1e-5, -1e-5].map((h) => smoothed(changes, [0.4 + h, 3]).then(([moved]) => moved)),
    )
    expect(slope).toBeCloseTo((above - below) / 2e-5, 5)
  })

  it('has the slope of its probability without one', async () => {
    expect((await smoothed({ driver: 'norm(z)' }, [0.4, 0]))[1]).toBeCloseTo(SLOPE, 6)
  })

  it.each<[string, Partial<ProblemDefinition>, boolean]>([
    ['a square', { driver: '0.1 * dot(z, z)' }, true],
    ['a square in one direction', { driver: 'z[1]^2 - y' }, true],
    ['a slope', { driver: 'norm(z)' }, false],
    ['nothing of z', { driver: '-y^3' }, false],
    ['a square but no jump', { driver: 'dot(z, z)', terminal: 'max(x[1], 0)' }, false],
  ])('has a layer before T with %s: %s', async (_, changes, hasLayer) => {
    expect((await compileJump(changes)).hasLayer).toBe(hasLayer)
  })
})
