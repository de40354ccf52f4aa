import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { each, fraction, integer, integers, oneOf, positive } from '../../src/options/values.ts'

describe('integer', () => {
  const parse = integer('--iterations', 1, 400)

  it.each([
    ['1', 1],
    ['400', 400],
    ['1e3', 1000],
    ['2.5e1', 25],
    ['+7', 7],
  ])('reads %s', (text, value) => expect(parse(text)).toBe(value))

  it.each([
    '',
    ' ',
    'abc',
    'NaN',
    'Infinity',
    '1.5',
    '0',
    '-1',
    '1e400',
    '0x10',
    '1_000',
    '1,000',
    '5 cm',
    '--seed',
  ])('refuses %j in one line that names option, value, what is allowed and an example', (text) => {
    expect(() => parse(text)).toThrow(UserError)
    expect(() => parse(text)).toThrow(
      `--iterations must be an integer ≥ 1, got '${text}'. Use --iterations 400.`,
    )
  })

  it('takes 0 where it is allowed', () => expect(integer('--seed', 0, 1)('0')).toBe(0))
})

describe('positive', () => {
  it('reads decimals and exponents', () => {
    expect(positive('--learning-rate', '0.01')('5e-4')).toBe(5e-4)
    expect(positive('--learning-rate', '0.01')('.5')).toBe(0.5)
  })

  it('refuses 0 unless it is allowed', () => {
    expect(() => positive('--learning-rate', '0.01')('0')).toThrow("a finite number > 0, got '0'")
    expect(positive('--tolerance', '1e-4', 'zero')('0')).toBe(0)
  })

  it.each(['-1', 'nan', '1e999', ''])('refuses %j', (text) =>
    expect(() => positive('--tolerance', '1e-4', 'zero')(text)).toThrow(UserError))
})

describe('fraction', () => {
  it('lies strictly between 0 and 1', () => {
    expect(fraction('--confidence', '0.95')('0.9')).toBe(0.9)
    for (const text of ['0', '1', '95', '-0.1', '']) {
      expect(() => fraction('--confidence', '0.95')(text)).toThrow('between 0 and 1')
    }
  })
})

describe('integers', () => {
  it('reads widths', () => expect(integers('--hidden', '64,64')('64, 32,8')).toEqual([64, 32, 8]))

  it.each(['', '64,', '64,a', '64;64', '0', '1.5'])('refuses %j', (text) =>
    expect(() => integers('--hidden', '64,64')(text)).toThrow(UserError))
})

describe('oneOf', () => {
  const parse = oneOf('--kernel', ['reference', 'simd', 'fma'])

  it('takes a name as it is', () => expect(parse('fma')).toBe('fma'))

  it('offers the nearest name', () =>
    expect(() => parse('smd')).toThrow(
      "--kernel must be one of reference, simd, fma, got 'smd'. Did you mean 'simd'?",
    ))

  it('cuts what is long', () => expect(() => parse('x'.repeat(500))).toThrow(/^.{1,140}$/))
})

it('each collects', () => expect(each('b', each('a'))).toEqual(['a', 'b']))
