/** Powers that share one: the same values, fewer calls. */
import { describe, expect, it } from 'vitest'
import { add, apply, constant, mul, variable } from '../../../src/formulas/build.ts'
import { evaluate } from '../../../src/formulas/evaluate.ts'
import { type Expression, reachable } from '../../../src/formulas/expression.ts'
import { gradient } from '../../../src/formulas/gradient.ts'
import { sharePowers } from '../../../src/problem/motions/shared-powers.ts'

const x = variable('x')
const held = apply('max', x, constant(1e-16))
const powers = (value: Expression) =>
  reachable([value]).filter((node) => node.kind === 'apply' && node.fn === 'pow').length

describe('broken powers of a held base', () => {
  // x^0.7 within x^0.7, so that bases are rebuilt too.
  const inner = apply('max', add(x, apply('pow', held, constant(0.7))), constant(1e-16))
  const value = mul(apply('pow', inner, constant(0.7)), apply('pow', held, constant(1.7)))
  const derivative = gradient(value, x)
  const [shared] = sharePowers([derivative])

  it('are computed once for exponents that are whole numbers apart', () => {
    expect(powers(derivative)).toBeGreaterThan(2)
    expect(powers(shared)).toBe(2)
  })

  it('keep their values, at the bound too', () => {
    for (const at of [-1, 0, 1e-16, 1e-3, 0.5, 40]) {
      const [before] = evaluate(derivative, { x: Float64Array.of(at) })
      const [after] = evaluate(shared, { x: Float64Array.of(at) })
      expect(Math.abs(after - before)).toBeLessThanOrEqual(1e-13 * Math.abs(before))
    }
  })

  it('are left where the base may be 0, or exponents have nothing to do with each other', () => {
    const free = add(apply('pow', x, constant(0.7)), apply('pow', x, constant(-0.3)))
    expect(sharePowers([free])[0]).toBe(free)
    const apart = add(apply('pow', held, constant(0.7)), apply('pow', held, constant(0.5)))
    expect(sharePowers([apart])[0]).toBe(apart)
  })
})
