import { expect, test } from 'vitest'
import { helpers } from '../../src/formulas/special.ts'

// Taylor series in 80-digit decimal arithmetic, as text: more digits than a number holds
const erfValues: [number, string][] = [
  [0.001, '0.00112837879096923637994'],
  [0.1, '0.11246291601828489220327'],
  [0.3, '0.32862675945912742763891'],
  [0.46875, '0.49261347321793799158817'],
  [0.5, '0.52049987781304653768274'],
  [1, '0.84270079294971486934122'],
  [1.5, '0.96610514647531072706697'],
  [2, '0.99532226501895273416206'],
  [2.5, '0.99959304798255504106043'],
  [3, '0.99997790950300141455862'],
  [4, '0.99999998458274209971998'],
  [5, '0.99999999999846254020557'],
]
const normcdfValues: [number, string][] = [
  [-10, '7.61985302416052606597e-24'],
  [-8, '6.22096057427178412352e-16'],
  [-5, '2.86651571879193911674e-7'],
  [-3, '1.34989803163009452665e-3'],
  [-2, '2.27501319481792072003e-2'],
  [-1, '1.58655253931457051415e-1'],
  [-0.5, '3.08537538725986896362e-1'],
  [-0.1, '4.60172162722971018535e-1'],
  [0, '0.5'],
  [0.2, '5.79259709439103023042e-1'],
  [0.6, '7.25746882249926419706e-1'],
  [1, '8.41344746068542948585e-1'],
  [2.5, '9.93790334674223864833e-1'],
  [4, '9.99968328758166880079e-1'],
  [6, '9.99999999013412354962e-1'],
]

test.each(erfValues)('erf(±%d)', (x, expected) => {
  expect(Math.abs(helpers.erf(x) / Number(expected) - 1)).toBeLessThan(1e-15)
  expect(helpers.erf(-x)).toBe(-helpers.erf(x))
})

test.each(normcdfValues)('normcdf(%d)', (x, expected) => {
  // towards −∞ the rounding of x/√2 alone is worth x² units in the last place
  expect(Math.abs(helpers.normcdf(x) / Number(expected) - 1)).toBeLessThan(1e-15 * Math.max(1, x * x))
})

test('the limits', () => {
  for (const [x, erf, normcdf] of [
    [0, 0, 0.5],
    [100, 1, 1],
    [-100, -1, 0],
    [Number.POSITIVE_INFINITY, 1, 1],
    [Number.NEGATIVE_INFINITY, -1, 0],
    [Number.NaN, Number.NaN, Number.NaN],
  ]) {
    expect(helpers.erf(x)).toBe(erf)
    expect(helpers.normcdf(x)).toBe(normcdf)
  }
})
