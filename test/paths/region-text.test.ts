/** `--region` as text: one law for all components, or one for each. */
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { parseRegion } from '../../src/paths/region-text.ts'

const vector = (...numbers: number[]) => Float64Array.from(numbers)

describe('a region', () => {
  it.each([
    ['box:-1..1', 2, { kind: 'box', low: vector(-1, -1), high: vector(1, 1) }],
    ['box:80..120,0.02..0.06', 2, { kind: 'box', low: vector(80, 0.02), high: vector(120, 0.06) }],
    ['box: .5 .. 1e0', 1, { kind: 'box', low: vector(0.5), high: vector(1) }],
    ['normal:0,0.5', 2, { kind: 'normal', mean: vector(0, 0), deviation: vector(0.5, 0.5) }],
    ['normal:100,10/0.04,0.01', 2, { kind: 'normal', mean: vector(100, 0.04), deviation: vector(10, 0.01) }],
    ['normal:100,10;0.04,0.01', 2, { kind: 'normal', mean: vector(100, 0.04), deviation: vector(10, 0.01) }],
  ])('reads %s', (text, dim, law) => expect(parseRegion(text, dim)).toEqual(law))

  it.each([
    [
      'box:1..2,3..4',
      3,
      /one box:low\.\.high for all components or one for each of 3, got 2\. Two are written/,
    ],
    ['normal:1,2;3,4;5,6', 2, /one normal:mean,deviation for all .* each of 2, got 3/],
    ['box:1..2,3..3', 2, /the box 3\.\.3 is empty; low must be below high/],
    ['normal:0,1;0,0', 2, /deviation must be > 0, got 0/],
    ['normal:0,1,2', 3, /is not understood\. Write box:low\.\.high/],
    ['box:0..1,', 2, /is not understood/],
    ['box', 1, /is not understood/],
    ['ball:0..1', 1, /is not understood/],
    ['toString:0..1', 1, /is not understood/],
    ['box:0..Infinity', 1, /is not understood/],
  ])('refuses %s in dimension %i', (text, dim, message) => {
    expect(() => parseRegion(text, dim)).toThrow(UserError)
    expect(() => parseRegion(text, dim)).toThrow(message)
  })
})
