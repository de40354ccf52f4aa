import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { dot, variable } from '../../src/formulas/build.ts'
import { evaluate } from '../../src/formulas/evaluate.ts'
import { gradient } from '../../src/formulas/gradient.ts'
import { loadParser, parseFormula } from '../../src/formulas/parse.ts'
import { tangent } from '../../src/formulas/tangent.ts'
import { dimension, scope, values, vectorFormula } from './random-formula.ts'

beforeAll(loadParser)

describe('the derivative along a direction', () => {
  const x = variable('x', [dimension])
  const v = variable('v', [dimension])
  const u = Array.from({ length: dimension }, (_, k) => 0.3 + 0.2 * k)

  it('is that of reverse mode: u·(Jv) = v·∇(u·f)', () => {
    fc.assert(
      fc.property(vectorFormula, values, values, ({ text }, at, direction) => {
        const f = parseFormula(text, scope)
        const forward = evaluate(tangent(f, x, v), { ...at, v: direction.x })
        const weights = variable('u', [dimension])
        const backward = evaluate(dot(v, gradient(dot(weights, f), x)), { ...at, v: direction.x, u })
        const total = forward.reduce((sum, value, k) => sum + value * u[k], 0)
        if (!Number.isFinite(total) || Math.abs(total) > 1e100) return
        expect(Math.abs(total - backward[0])).toBeLessThanOrEqual(
          1e-8 * (1 + forward.reduce((sum, value, k) => sum + Math.abs(value * u[k]), 0)),
        )
      }),
      { numRuns: 300, seed: 5 },
    )
  })
})
