import { expect, it } from 'vitest'
import { loadBatchFunction } from '../../../src/formulas/load.ts'
import { compileProblem } from '../../../src/problem/compile.ts'
import { normalVector, seededRandom } from '../../../src/problem/sample.ts'
import { pageOf } from './tree.ts'

const DIM = 16
const PATHS = 20_000

/** E |X_T|²/d of dX = √(1 + ½|X|²/d) dW from 0, by sampling. */
async function meanSquare(steps: number, correlation?: number, scheme?: 'euler') {
  const page = {
    ...pageOf({ drift: '0', diffusion: 'sqrt(1 + dot(x, x) / (2 * dim))', x0: 0, moment: '0', correlation }),
    settings: { dim: DIM, horizon: 4 },
  }
  const problem = await compileProblem(page, page.settings, { scheme })
  const step = loadBatchFunction(problem.functions.step!.source)
  const random = seededRandom(5)
  const dt = 4 / steps
  let x: Float64Array = new Float64Array(PATHS * DIM)
  for (let n = 0; n < steps; n++) {
    const w = normalVector(random, PATHS * DIM).map((normal) => normal * Math.sqrt(dt))
    const next = new Float64Array(PATHS * DIM)
    step(PATHS, n * dt, dt, x, 0, DIM, w, 0, DIM, next, 0, DIM)
    x = next
  }
  const values = Float64Array.from({ length: PATHS }, (_, p) => {
    const row = x.subarray(p * DIM, (p + 1) * DIM)
    return row.reduce((sum, value) => sum + value * value, 0) / DIM
  })
  const mean = values.reduce((sum, value) => sum + value, 0) / PATHS
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / PATHS
  return { mean, error: Math.sqrt(square / PATHS), problem }
}

it('sixteen noises that move with the whole state have weak order 2', async () => {
  // m′ = 1 + ½m.
  const truth = 2 * Math.expm1(2)
  const [coarse, fine] = [await meanSquare(2), await meanSquare(8)]
  expect(fine.problem.dynamics).toMatchObject({ kind: 'splitting', order: 2 })
  expect(Math.abs(fine.mean - truth)).toBeLessThan(4 * fine.error + Math.abs(coarse.mean - truth) / 8)
  // Euler's step, on as many steps, is far off.
  const euler = await meanSquare(8, undefined, 'euler')
  expect(Math.abs(euler.mean - truth)).toBeGreaterThan(20 * euler.error)
})
