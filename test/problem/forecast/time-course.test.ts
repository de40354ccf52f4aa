import { beforeAll, describe, expect, it } from 'vitest'
import { loadParser, parseFormula } from '../../../src/formulas/parse.ts'
import { resolveOptions } from '../../../src/methods/deep-bsde/defaults.ts'
import { compileProblem } from '../../../src/problem/compile.ts'
import { timeCourse } from '../../../src/problem/forecast/time-course.ts'
import { pageOf } from '../motions/tree.ts'

beforeAll(loadParser)

function of(text: string, jumps: number[] = []) {
  const variables = { t: [], y: [], x: [2] } as const
  return timeCourse([parseFormula(text, { place: 'test', variables, constants: {} })], 2, jumps)
}

describe('coefficients that move fast within a short while', () => {
  it.each<[string, number, number]>([
    ['0.1 + 0.4 * sigmoid(3000 * (t - 0.362)) * x', 0.36, 0.364],
    ['exp(-((t - 1.2) / 0.002)^2)', 1.19, 1.21],
    ['tanh(500 * (t - 0.7)) * y + sum(x)', 0.68, 0.72],
  ])('%s', (text, least, greatest) => {
    const { layers, steps } = of(text)
    expect(layers).toHaveLength(5)
    expect(layers[0]).toBeGreaterThan(least - 2e-3)
    expect(layers[4]).toBeLessThan(greatest + 2e-3)
    expect(steps).toBeLessThanOrEqual(64)
  })

  it('that are many, as dates of data, have their own, beside nodes that are there', () => {
    const text = 'sum(max(0, 1 - abs(t - [0.3, 0.9, 1.7]) / 0.01))'
    expect(of(text).layers).toHaveLength(15)
    const bends = [0.3, 0.9, 1.7].flatMap((date) => [date - 0.01, date, date + 0.01])
    expect(of(text, bends).layers).toEqual([])
  })
})

it.each<[string, number]>([
  ['sin(200 * t)', 800],
  ['sin(t) * x', 10],
  ['if(t < 0.37, 1, 2)', 0],
  ['sum(x) + y', 0],
  ['2 * t', 5],
])('%s asks for so many steps', (text, most) => {
  const { layers, steps } = of(text, text.includes('0.37') ? [0.37] : [])
  expect(layers).toEqual([])
  expect(steps).toBeGreaterThanOrEqual(0.4 * most)
  expect(steps).toBeLessThanOrEqual(most)
})

it('the default number of steps is no less, and one that was chosen stays', async () => {
  const page = pageOf({ drift: 'sin(200 * t)', diffusion: '1', x0: 0, moment: 'x[1]' })
  const problem = await compileProblem(page)
  expect(resolveOptions(problem, null, {}).training.steps).toBeGreaterThan(300)
  expect(resolveOptions(problem, null, { steps: 24 }).training.steps).toBe(24)
})
