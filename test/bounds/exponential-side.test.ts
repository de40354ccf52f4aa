import { describe, expect, it } from 'vitest'
import { trustedSide } from '../../src/bounds/exponential-side.ts'
import { type BoundsPlan, ISLANDS, RESULT, RESULT_WORDS } from '../../src/bounds/plan.ts'
import type { Dual } from '../../src/problem/driver-structure.ts'

const PATHS = 1000

/** The side of a concave driver with κ = 2 and Y₀ = 3, from weights of mean 1 and what the case gives. */
function sideOf(
  { variance, tail, islands }: { variance: number; tail: number; islands: number[] },
  { isAffine = true, extreme = -5 as number | null } = {},
) {
  const affine = isAffine ? { alpha: 0.5, beta: new Float64Array(3) } : null
  const dual: Dual = { kind: 'exponential', kappa: 2, affine, extreme }
  const doubles = new Float64Array(RESULT_WORDS + ISLANDS)
  doubles.set([PATHS, 0, 0, 1, variance * PATHS])
  doubles[RESULT.tail] = tail
  for (let k = 0; k < ISLANDS; k++) doubles[RESULT_WORDS + k] = islands[k % islands.length]
  const structure = { curvature: 'concave', dual }
  const plan = { structure, result: 0, islandsAt: RESULT_WORDS, grid: { horizon: 4 } }
  return trustedSide(doubles, plan as unknown as BoundsPlan, 3, 'the networks')
}

describe('the exponential dual', () => {
  const islands = [-7.9, -8.1]

  it('takes light weights', () => {
    const side = sideOf({ variance: 0.04, tail: 0.1, islands })!
    expect(side.value).toBe(3)
    expect(side.standardError).toBeCloseTo(0.5 * Math.sqrt(0.04 / (PATHS - 1)), 12)
    expect(side.from).toContain('the networks')
  })

  it.each([
    ['half of the paths carry less', { variance: 1.1, tail: 0.1 }],
    ['the tail is heavy', { variance: 0.04, tail: 0.6 }],
    ['the tail is beyond measure', { variance: 0.04, tail: Number.NaN }],
    ['the weights are beyond numbers', { variance: Number.NaN, tail: 0.1 }],
  ])('takes the islands where %s', (_, weights) => {
    const side = sideOf({ ...weights, islands })!
    expect(side.value).toBeCloseTo(0.5 * 4 - Math.log(0.5 * (Math.exp(-7.9) + Math.exp(-8.1))) / 2, 12)
    expect(side.from).toContain('annealed')
  })

  it.each([
    ['are apart', [-3, -8]],
    ['are none', [Number.NaN]],
  ])('takes the range of g where the islands %s, and says why', (_, apart) => {
    const side = sideOf({ variance: 9, tail: 1.25, islands: apart })
    expect(side).toMatchObject({ value: -5, standardError: 0, bias: 0 })
    expect(side!.from).toContain('too few paths (10 % of them, tail index 1.25)')
  })

  it('gives none where nothing else is known', () => {
    expect(sideOf({ variance: 9, tail: 1, islands }, { isAffine: false, extreme: null })).toBeNull()
    expect(sideOf({ variance: 9, tail: 1, islands }, { isAffine: false })!.value).toBe(-5)
  })
})
