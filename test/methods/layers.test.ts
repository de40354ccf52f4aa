/** Payoffs without slope under drivers of z: right where they are sure, and sure where they once were not. */
import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { functions } from '../../src/formulas/functions.ts'
import { defineProblem, type ProblemDefinition } from '../../src/problem/definition.ts'
import { byDay } from '../support/night.ts'

/** log(P e^{2aA} + (1 − P) e^{2aB})/(2a): u of a|z|² where g is A with probability P, and B else. */
const entropic = (a: number, P: number, A = 1, B = 0) =>
  Math.log(P * Math.exp(2 * a * A) + (1 - P) * Math.exp(2 * a * B)) / (2 * a)

const phi = (x: number) => functions.normcdf.value(x)
/** X_T under the driver's drift ½·0.7: its mean and deviation. */
const [MEAN, DEVIATION] = [0.35 * (1 - Math.exp(-2)), 0.7 * Math.sqrt((1 - Math.exp(-4)) / 2)]

const pages: [string, Partial<ProblemDefinition>, number][] = [
  ['a rare one', { driver: '2 * dot(z, z)', terminal: 'if(x[1] > 2, 1, 0)' }, entropic(2, phi(-2))],
  [
    'a sum of two',
    {
      settings: { dim: 2, horizon: 1 },
      driver: '1.5 * dot(z, z)',
      terminal: 'if(x[1] > 0.5, 1, 0) + if(x[2] > 1, 2, 0)',
    },
    entropic(1.5, phi(-0.5)) + entropic(1.5, phi(-1), 2),
  ],
  [
    'a basket of ten',
    {
      settings: { dim: 10, horizon: 1 },
      drift: '0.1',
      driver: '2 * dot(z, z)',
      terminal: 'if(sum(x) / sqrt(dim) > 1, 1, 0)',
    },
    entropic(2, phi(0.1 * Math.sqrt(10) - 1)),
  ],
  [
    'a sign, with a drift from the driver',
    {
      settings: { dim: 1, horizon: 2 },
      drift: '-x',
      diffusion: '0.7',
      driver: '3 * z[1]^2 + 0.5 * z[1]',
      terminal: 'sign(x[1] - 0.3)',
    },
    entropic(3, phi((MEAN - 0.3) / DEVIATION), 1, -1),
  ],
]

/** log E exp(2Φ(20(W₁ − 2)))/2, by sums. */
function steepStep(): number {
  const [count, reach] = [16_000, 8]
  let [sum, weight] = [0, 0]
  for (let k = 0; k <= count; k++) {
    const x = reach * ((2 * k) / count - 1)
    const density = Math.exp((-x * x) / 2)
    sum += density * Math.exp(2 * phi(20 * (x - 2)))
    weight += density
  }
  return Math.log(sum / weight) / 2
}
const steep: (typeof pages)[number] = [
  'none, but a step far narrower than the noise',
  { driver: 'dot(z, z)', terminal: 'normcdf(20 * (x[1] - 2))' },
  steepStep(),
]

describe.each([...byDay(1, pages), steep])('a jump under a square of z: %s', (_, changes, exact) => {
  it('is right, and sure', { timeout: 120_000 }, async () => {
    const page = defineProblem({
      id: 'jump',
      title: 'A jump',
      source: 'a test',
      group: 'tests',
      settings: { dim: 1, horizon: 1 },
      x0: 0,
      drift: '0',
      diffusion: '1',
      driver: '0',
      terminal: '0',
      ...changes,
    })
    const { status, value, standardError } = await solve(page, {
      workers: 1,
      steps: 40,
      iterations: 200,
      paths: 8192,
    })
    expect(Math.abs(value - exact)).toBeLessThan(4 * standardError)
    expect(standardError).toBeLessThan(0.02 * Math.abs(exact))
    expect(status).not.toBe('unconverged')
  })
})
