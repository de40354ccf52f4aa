import { describe, expect, it } from 'vitest'
import { variable } from '../../src/formulas/build.ts'
import { curvatureOf } from '../../src/formulas/curvature.ts'
import { evaluateScalar } from '../../src/formulas/evaluate.ts'
import { loadParser, parseFormula } from '../../src/formulas/parse.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { readExpressions } from '../../src/problem/expressions.ts'
import { seededRandom } from '../../src/problem/sample.ts'
import { driverStructure } from '../../src/problem/structure.ts'

await loadParser()
const DIM = 3
const y = variable('y')
const z = variable('z', [DIM])

function parsed(text: string) {
  return parseFormula(text, {
    place: 'test',
    variables: { t: [], x: [DIM], y: [], z: [DIM] },
    constants: { lambda: 2 },
    definitions: {},
  })
}

const curvature = (text: string, range?: [number, number]) =>
  curvatureOf(parsed(text), [y, z], new Map(range ? [[y, { low: range[0], high: range[1] }]] : []))

describe('curvatureOf', () => {
  it.each([
    ['t * sin(x[1])', 'constant'],
    ['t * y + dot(x, z) - 3', 'affine'],
    ['dot(z, z)', 'convex'],
    ['-lambda / 2 * dot(z, z)', 'concave'],
    ['norm(z) + exp(-y)', 'convex'],
    ['max(sum(z) - y, 0) - 0.04 * y', 'convex'],
    ['min(y, sum(z))', 'concave'],
    ['-abs(y) - max(z)', 'concave'],
    ['norm(x) * abs(y)', 'convex'],
    ['x[1] * abs(y)', 'unknown'],
    ['y * sum(z)', 'unknown'],
    ['y - y^3', 'unknown'],
    ['if(y < 1, y, 0)', 'unknown'],
    ['exp(exp(y)) + softplus(sum(z))', 'convex'],
    ['sqrt(sum(z))', 'concave'],
    ['sin(y)', 'unknown'],
  ])('%s is %s', (text, expected) => {
    expect(curvature(text)).toBe(expected)
  })

  it.each<[string, [number, number], string]>([
    ['y - y^3', [0, 1], 'concave'],
    ['y - y^3', [-1, 0], 'convex'],
    ['y - y^3', [-1, 1], 'unknown'],
    ['sin(y)', [0, Math.PI], 'concave'],
    ['(1 - y^2) / (1 + y^2)', [0, 0.5], 'concave'],
    ['(1 - y^2) / (1 + y^2)', [0, 1], 'unknown'],
  ])('%s on %j is %s', (text, range, expected) => {
    expect(curvature(text, range)).toBe(expected)
  })

  it('never claims what chords refute', () => {
    const random = seededRandom(5)
    const draw = () => 4 * random() - 2
    const texts = ['dot(z,z)', 'norm(z)', 'max(sum(z) - y, 0)', '-exp(y) - abs(sum(z))', 'log(1 + exp(y))', 'min(y, z)', 'cosh(y - z[1])', 'tanh(y)', 'max(min(z), y)'] // biome-ignore format: a list
    for (const text of texts) {
      let value: ReturnType<typeof parsed>
      try {
        value = parsed(text)
      } catch {
        continue
      }
      if (value.shape.length !== 0) continue
      const found = curvatureOf(value, [y, z])
      for (let k = 0; k < 200; k++) {
        const [a, b] = [0, 1].map(() => ({ y: draw(), z: Float64Array.from({ length: DIM }, draw) }))
        const middle = { y: 0.5 * (a.y + b.y), z: a.z.map((entry, j) => 0.5 * (entry + b.z[j])) }
        const chord = 0.5 * (evaluateScalar(value, a) + evaluateScalar(value, b))
        const gap = chord - evaluateScalar(value, middle)
        if (found === 'convex') expect(gap).toBeGreaterThan(-1e-12)
        if (found === 'concave') expect(gap).toBeLessThan(1e-12)
      }
    }
  })
})

describe('driverStructure', () => {
  const structureOf = async (id: string, driver?: string) => {
    const own = await loadProblem(id)
    const page = { ...own, driver: driver ?? own.driver }
    const settings = { ...page.settings, dim: 4 }
    const { dynamics } = await compileProblem(page, settings)
    return driverStructure(id, await readExpressions(page, settings), page, dynamics)
  }

  it('finds the quadratic of hjb-lq', async () => {
    expect(await structureOf('hjb-lq')).toMatchObject({
      curvature: 'concave',
      dual: { kind: 'exponential', kappa: 1 },
      isAutonomous: true,
    })
  })

  it('finds the two rates of different-rates', async () => {
    const { curvature, dual } = await structureOf('black-scholes-different-rates')
    expect(curvature).toBe('convex')
    if (dual.kind !== 'segment') throw new Error(dual.kind)
    const [borrowing, lending] = dual.slopes
    expect(borrowing.alpha).toBeCloseTo(-0.06, 12)
    expect(borrowing.beta[0]).toBeCloseTo(0, 12)
    expect(lending.alpha).toBeCloseTo(-0.04, 12)
    expect(lending.beta[0]).toBeCloseTo(-0.1, 12)
  })

  it('takes allen-cahn as concave on its declared range', async () => {
    expect(await structureOf('allen-cahn')).toMatchObject({
      curvature: 'concave',
      dual: { kind: 'pathwise', pieces: { kinks: [], bend: { low: -6 } } },
      range: [0, 1],
    })
  })

  it('splits default-risk at the kinks of its intensity', async () => {
    const { curvature, dual } = await structureOf('black-scholes-default-risk')
    expect(curvature).toBe('mixed')
    if (dual.kind !== 'pathwise' || dual.pieces === null) throw new Error(dual.kind)
    const [up, down] = dual.pieces.kinks
    expect([up.at, down.at]).toEqual([50, 70])
    expect(up.jump).toBeCloseTo(0.15, 12)
    expect(down.jump).toBeCloseTo(-0.21, 12)
    expect(dual.pieces.bend.low).toBeCloseTo(0, 12)
    expect(dual.pieces.bend.high).toBeCloseTo(0.006, 12)
  })

  it.each([
    '(y > 0.5) + (sum(z) > 0)',
    'max(sum(z), 0) + (y > 0.5)',
    '-y * (y > 0.5)',
  ])('proves nothing of a driver that jumps: %s', async (driver) => {
    expect(await structureOf('heat', driver)).toMatchObject({ curvature: null, dual: { kind: 'none' } })
  })

  it('says so where it proves nothing', async () => {
    expect(await structureOf('burgers-type')).toMatchObject({ curvature: null, dual: { kind: 'none' } })
  })
})
