import { describe, expect, it } from 'vitest'
import { part as equation } from '../../src/page/parts/equation.ts'
import { checkEntries } from '../../src/page/schema.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { defineProblem } from '../../src/problem/definition.ts'

/** y² + z₁y is not found convex by the rules; on top of 2z₁² it is. */
const page = (driver: string, curvature: 'convex' | 'concave', range?: [number, number]) =>
  defineProblem({
    id: 'declared',
    title: 'declared',
    source: 'test',
    group: 'test',
    settings: { dim: 3, horizon: 1 },
    x0: 0,
    drift: '0',
    diffusion: '1',
    driver,
    terminal: 'dot(x, x)',
    curvature,
    ...(range && { range }),
  })

const structureOf = async (...args: Parameters<typeof page>) =>
  (await compileProblem(page(...args), undefined, { bounds: true })).structure!

describe('a declared curvature', () => {
  it('is taken where the rules do not decide', async () => {
    const driver = 'y^2 + y * z[1] + 2 * dot(z, z)'
    expect(await structureOf(driver, 'convex')).toMatchObject({ curvature: 'convex', isDeclared: true })
    expect(await structureOf('norm(z)', 'convex')).toMatchObject({ curvature: 'convex', isDeclared: false })
    expect(await structureOf('sum(z) - y', 'concave')).toMatchObject({ isDeclared: false })
  })

  it.each([
    ['y^2 + 3 * y * z[1] + dot(z, z)', 'convex'],
    ['norm(z)', 'concave'],
    ['y - y^3', 'concave'],
  ] as const)('of %s as %s is refused', async (driver, curvature) => {
    await expect(structureOf(driver, curvature)).rejects.toThrow(
      /^declared: curvature says \w+, but on a chord from y = .*Correct curvature, or leave it out\.$/,
    )
  })

  it('is tried within the range only', async () => {
    expect(await structureOf('y * (1 - y) * (1 + y) + 0 * t', 'concave', [0, 1])).toMatchObject({
      curvature: 'concave',
    })
  })

  it('is one of two words', () => {
    const { id, settings, x0, drift, diffusion, driver, terminal } = page('y', 'convex')
    const outside = { id, settings, x0, drift, diffusion, driver, terminal }
    expect(checkEntries({ ...outside, curvature: 'concave' }, [equation])).toHaveProperty('page')
    expect(checkEntries({ ...outside, curvature: 'flat' }, [equation])).toMatchObject({
      key: 'curvature',
      got: 'flat',
    })
  })
})
