import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
  formatSignificant,
  formatWholeSeconds,
  formatWithError,
} from '../../src/solution/format.ts'
import { wrap } from '../../src/solution/format-text.ts'

describe('formatSignificant', () => {
  it.each([
    [4.590223, 6, '4.59022'],
    [0.001234, 3, '0.00123'],
    [0.00001234, 3, '1.23e-5'],
    [12345678, 3, '1.23e+7'],
    [-0.0071, 2, '-0.0071'],
    [0, 3, '0'],
    [Number.NaN, 3, 'NaN'],
  ])('%d to %i digits is %s', (value, digits, text) => expect(formatSignificant(value, digits)).toBe(text))

  it('is right to half a unit of the last digit', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 1e-12, max: 1e12, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        (value, digits) => {
          const error = Math.abs(Number(formatSignificant(value, digits)) - value)
          expect(error).toBeLessThanOrEqual(0.5001 * 10 ** (Math.floor(Math.log10(value)) - digits + 1))
        },
      ),
    ))
})

describe('formatWithError', () => {
  it.each([
    [4.590223456, 0.000287, '4.59022', '0.00029', ''],
    [57.2951, 0.0279, '57.295', '0.028', ''],
    [5.2784e-7, 1.3e-10, '5.2784', '0.0013', 'e-7'],
    [1234567890, 4321, '1.2345679', '0.0000043', 'e9'],
    [0, 0.01, '0.000', '0.010', ''],
    [-3.2, 1.5, '-3.2', '1.5', ''],
    [-5e-5, 0.00037, '-0.00005', '0.00037', ''],
  ])('%d ± %d', (value, error, shown, shownError, exponent) =>
    expect(formatWithError([value], error)).toEqual({ values: [shown], error: shownError, exponent }))

  it('shows ten digits where there is no error to go by', () =>
    expect(formatWithError([Math.PI], 0).values).toEqual(['3.141592654']))
})

it('durations', () => {
  expect([12.3, 999.6, 2314, 59_940, 59_999, 192_000, 7_500_000].map(formatDuration)).toEqual([
    '12 ms',
    '1.00 s',
    '2.31 s',
    '59.9 s',
    '1 min 00 s',
    '3 min 12 s',
    '2 h 05 min',
  ])
  expect(formatWholeSeconds(2600)).toBe('3 s')
  expect(formatDuration(Number.NaN)).toBe('?')
})

it('percentages, rates and counts', () => {
  expect(formatPercent(0.0017)).toBe('0.17 %')
  expect(formatPercent(0)).toBe('0 %')
  expect(formatRate(0.00213)).toBe('2.1e-3')
  expect(formatCount(16384)).toBe('16,384')
})

it('wrap keeps words and widths', () => {
  expect(wrap('aa bb cc', 5)).toEqual(['aa bb', 'cc'])
  expect(wrap('abcdefgh ij', 4)).toEqual(['abcdefgh', 'ij'])
})
