import { beforeAll, expect, it } from 'vitest'
import { loadParser, parseFormula } from '../../../src/formulas/parse.ts'
import { specialTimes } from '../../../src/problem/forecast/special-times.ts'

beforeAll(loadParser)

function of(text: string, horizon = 1): number[] {
  const variables = { t: [], y: [], x: [2] } as const
  return specialTimes([parseFormula(text, { place: 'test', variables, constants: { s: 0.25 } })], horizon)
}

it.each<[string, number[]]>([
  ['if(t < 0.37, 0.1, 0.5) * x', [0.37]],
  ['if(t <= s, 0.1, 0.5)', [0.25]],
  ['if(0.37 > t and x[1] > 0, 1, 2)', [0.37]],
  ['max(t - 0.3, 0)', [0.3]],
  ['abs(2 * t - 1)', [0.5]],
  ['relu(t^2 - 0.25)', [0.5]],
  ['floor(4 * t)', [0.25, 0.5, 0.75, 1]],
  ['mod(t, 0.3)', [0.3, 0.6, 0.9]],
  ['if(t < [0.1, 0.2], 1, 2)', [0.1, 0.2]],
  ['if(t > 0.5, 1, 0) + if(t < 0.5, 2, 0)', [0.5]],
  ['if(x[1] > t, 1, 0)', []],
  ['sin(t) + abs(x[1])', []],
  ['if(t < 1.5, 1, 0)', []],
  ['if(t < 1, 1, 0)', [1]],
])('%s', (text, times) => {
  expect(of(text)).toEqual(times.map((time) => expect.closeTo(time, 9)))
})

it('gives up where a formula jumps too often', () => {
  expect(of('floor(1000 * t)')).toEqual([])
})
