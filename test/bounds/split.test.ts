import { describe, expect, it } from 'vitest'
import { concavePart, convexPart, excess } from '../../src/bounds/split.ts'
import { variable } from '../../src/formulas/build.ts'
import { evaluateScalar } from '../../src/formulas/evaluate.ts'
import type { Variable } from '../../src/formulas/expression.ts'
import { gradient } from '../../src/formulas/gradient.ts'
import { LINE } from '../../src/formulas/interval.ts'
import { loadParser, parseFormula } from '../../src/formulas/parse.ts'
import { piecesOf } from '../../src/formulas/pieces.ts'
import { seededRandom } from '../../src/problem/sample.ts'

await loadParser()
const y = variable('y') as Variable

const parsed = (text: string) =>
  parseFormula(text, { place: 'test', variables: { y: [] }, constants: { k: 2 }, definitions: {} })

const piecewise = 'if(y < 1, -y, if(y >= 3, 2 - y / 2, y^2 / 4 - y / 4 - 1))'

describe('piecesOf', () => {
  it('finds kinks and bends', () => {
    expect(piecesOf(parsed('abs(y) - 3 * max(y - k, 0)'), y, LINE)).toEqual({
      kinks: [
        { at: 0, jump: 2 },
        { at: 2, jump: -3 },
      ],
      bend: { low: 0, high: 0 },
    })
    const found = piecesOf(parsed(piecewise), y, LINE)!
    expect(found.kinks.map(({ at }) => at)).toEqual([1, 3])
    expect(found.kinks.map(({ jump }) => jump)).toEqual([1.25, -1.75])
    expect(found.bend).toEqual({ low: 0, high: 0.5 })
  })

  it('looks at the range only', () => {
    expect(piecesOf(parsed('y - y^3'), y, LINE)).toBeNull()
    expect(piecesOf(parsed('y - y^3 + abs(y - 5)'), y, { low: -1, high: 1 })!.kinks).toEqual([])
  })

  it.each([
    'if(y < 1, 0, 1)',
    'floor(y)',
    'abs(y^2 - 1)',
    'max(abs(y) - 1, 0)',
    'sign(y) * y',
  ])('gives up on %s', (text) => {
    expect(piecesOf(parsed(text), y, LINE)).toBeNull()
  })
})

describe('a split', () => {
  const range = { low: -2, high: 5 }

  it.each([
    piecewise,
    'abs(y) - 3 * max(y - k, 0)',
    'sin(y) - abs(y - 2)',
    'y - y^3',
  ])('of %s encloses it between a convex and a concave function that touch it', (text) => {
    const f = parsed(text)
    const pieces = piecesOf(f, y, range)!
    const [concave, convex] = [concavePart(pieces), convexPart(pieces)]
    expect(concave.kinks.length + convex.kinks.length).toBe(pieces.kinks.length)
    const at = (value: number) => evaluateScalar(f, { y: value })
    const slope = gradient(f, y)
    const random = seededRandom(3)
    const draw = () => range.low + (range.high - range.low) * random()
    for (let k = 0; k < 500; k++) {
      const [touched, a, b] = [draw(), draw(), draw()]
      const above = (value: number) => at(value) - excess(concave, value, touched)
      const tangent = evaluateScalar(slope, { y: touched })
      const below = (value: number) =>
        at(touched) + tangent * (value - touched) + excess(concave, value, touched)
      expect(above(touched)).toBe(at(touched))
      expect(below(touched)).toBe(at(touched))
      expect(above(a)).toBeGreaterThan(at(a) - 1e-9)
      expect(below(a)).toBeLessThan(at(a) + 1e-9)
      const middle = 0.5 * (a + b)
      expect(above(middle)).toBeLessThan(0.5 * (above(a) + above(b)) + 1e-9)
      expect(below(middle)).toBeGreaterThan(0.5 * (below(a) + below(b)) - 1e-9)
    }
  })
})
