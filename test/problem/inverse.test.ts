/** ∇u from z = σᵀ∇u where σ is a matrix of formulas. */
import { describe, expect, it } from 'vitest'
import { pointwise } from '../../src/formulas/bind.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { blank } from '../estimation/manufactured.ts'

const STATES: Record<number, number[]> = {
  2: [0.7, -0.4],
  3: [0.7, -0.4, 0.3],
  5: [0.7, -0.4, 0.3, 1.1, -0.2],
}

function page(dim: number, diffusion: string, more: Partial<ProblemDefinition> = {}): ProblemDefinition {
  return { ...blank, settings: { dim, horizon: 0.2 }, x0: STATES[dim], diffusion, ...more }
}

const fifth =
  'diag(1 + 0.1 * x.^2) * [[1,0,0,0,0],[0.3,1,0,0,0],[0.2,0.1,1,0,0],[0,0.4,0.2,1,0],[0.1,0.1,0.1,0.1,1]]'

describe('σ of formulas has an inverse', () => {
  it.each<[string, ProblemDefinition]>([
    ['below a diagonal', page(2, '[[1 + x[2]^2, 0], [sin(x[1]), 0.7]]')],
    ['above one', page(3, '[[1, x[1], x[2]], [0, 2 + x[3], t], [0, 0, 0.4]]')],
    ['in another order', page(3, '[[0, x[1] + 2, 0], [0.4, x[3], 1 + x[2]^2], [0.5, 0, 0]]')],
    ['full, of two', page(2, '[[1 + x[2]^2, 0.3], [0.2 * x[1], 0.7]]')],
    ['full, of three', page(3, '[[1 + x[2]^2, 0.3, 0.1], [0.2 * x[1], 0.7, x[3]], [0.2, 0.1, 1]]')],
    ['a block and what hangs on it', page(3, '[[1, 0, x[2]], [0.3, 0.7 + x[1]^2, 0.2], [-0.4, 0, 1]]')],
    ['a diagonal times a constant', page(5, fifth)],
    ['a scalar times a constant', page(3, '(1 + x[1]^2) * [[1, 0.2, 0], [0.1, 1, 0.3], [0, 0.2, 1]]')],
    ['wide', page(2, '[[1, 0.3, x[1]], [x[2], 1, 0.2]]', { noiseDim: 3 })],
    ['wide and constant', page(2, '[[1, 0.3, 0.1], [0.4, 1, 0.2]]', { noiseDim: 3 })],
    ['correlated', page(2, '[[1 + x[2]^2, 0], [sin(x[1]), 0.7]]', { correlation: 0.6 })],
  ])('%s', async (_, definition) => {
    const { functions, dim } = await compileProblem(definition)
    const x = Float64Array.from(STATES[dim])
    const v = Float64Array.from({ length: dim }, (_, i) => Math.cos(3 * i + 1))
    const { z } = pointwise(functions.scaleGradient)(0.1, { x, v })
    const found = pointwise(functions.unscaleGradient!)(0.1, { x, z })
    found.v.forEach((value, i) => {
      expect(value).toBeCloseTo(v[i], 10)
    })
  })

  it('which the driver may use', async () => {
    const { functions } = await compileProblem(
      page(2, '[[1 + x[2]^2, 0], [0.5, 0.7]]', { driver: 'gradU[1] - gradU[2]' }),
    )
    const x = Float64Array.from(STATES[2])
    const { z } = pointwise(functions.scaleGradient)(0, { x, v: Float64Array.of(2, 0.5) })
    expect(pointwise(functions.driver)(0, { x, y: 0, z }).f[0]).toBeCloseTo(1.5, 10)
  })
})

describe('σ of formulas has none', () => {
  it.each<[string, ProblemDefinition]>([
    ['fewer noises than components', page(2, '[[x[1]], [1]]', { noiseDim: 1 })],
    ['a noise that moves nothing', page(2, '[[x[1], 0], [1, 0]]')],
    ['a determinant of 0', page(2, '[[x[1], 2 * x[1]], [1, 2]]')],
    ['a determinant that paths meet at 0', page(2, '[[1 + x[1], 1 + x[2]], [1, 1]]', { x0: [0.3, 0.29] })],
    ['a root that comes to rest', page(2, '[[sqrt(max(x[1], 0)), 0], [0.5, 1]]', { x0: [0.01, 0] })],
    ['full, of five', page(5, '[[x[1],1,0,0,1],[1,2,1,0,0],[0,1,3,1,0],[0,0,1,4,1],[1,0,0,1,5]]')],
  ])('%s', async (_, definition) => {
    expect((await compileProblem(definition)).functions.unscaleGradient).toBeNull()
  })
})
