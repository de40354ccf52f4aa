import { describe, expect, it } from 'vitest'
import { findPage, loadProblem } from '../../src/page/catalog.ts'
import { checkProblem } from '../../src/problem/check.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { pageTemplate } from '../../src/problem/template.ts'
import { parseEquation } from '../support/pages.ts'

/** u(0, 0) = 0.98109… */
const AGREEING = `
settings: { dim: 1, horizon: 1 }
x0: 0
drift: "0"
diffusion: "1"
driver: "0.019093 "
terminal: "0.962"
exact: "0.962 + 0.019093 * (horizon - t)"
`

describe('check', () => {
  it('finds nothing wrong with a built-in page, and says what it saw', async () => {
    const check = await checkProblem(await loadProblem('geometric-basket'))
    expect(check.failures).toEqual([])
    expect(check.motion).toBe('geometric Brownian motion: its law is exact for any step, with mixed noise')
    expect(check.driverDependsOn).toEqual(['y'])
    expect(check.shapes.diffusion).toBe('vector[100] (diagonal)')
    expect(check.residual!.points).toBe(16)
    expect(check.reference!.value).toBeCloseTo(4.742134791387, 9)
  })

  it('finds nothing wrong with the page that new writes', async () => {
    const check = await checkProblem(await parseEquation(pageTemplate('mine'), 'yaml'))
    expect(check.failures).toEqual([])
    expect(check.motion).toMatch(/Brownian motion/)
    expect(check.residual).toBeNull()
    expect(check.reference).toBeNull()
  })

  it.each<[string, Partial<ProblemDefinition>, RegExp]>([
    ['a lost ½', { driver: '-lambda * dot(z, z)' }, /exact does not solve the equation: relative residual/],
    ['a wrong sign', { driver: 'lambda / 2 * dot(z, z)' }, /Look for a sign or a factor ½/],
    [
      'another terminal condition',
      { terminal: 'weight * dot(x, x) + 1e-6' },
      /exact at t = horizon is not terminal/,
    ],
    [
      'an exact solution that is not finite',
      { exact: 'log(-1 - dot(x, x))' },
      /^exact is NaN at t = 0\.\d+, x = \(.*, …\)\. Look for log, [^\n]*$/,
    ],
    [
      'a driver that is not finite',
      { driver: '-lambda / 2 * dot(z, z) + 0 * y + log(y - 1e9)' },
      /^driver is NaN at t = .*, x = \(.*\), y = .*, z = [^\n]*$/,
    ],
    [
      'a terminal condition outside its domain',
      { terminal: 'sqrt(x[1])', driver: '0', exact: undefined },
      /^terminal is NaN at t = 1, x = [^\n]*$/,
    ],
    [
      'a drift that is not finite',
      { drift: '1 / (x - x[1])' },
      /^drift is Infinity at t = 0, x = \(0, 0, 0, …\)/,
    ],
    [
      'a reference that contradicts the exact solution',
      { reference: { value: 3, source: 'a paper' } },
      /^exact gives \d\.\d+ at x0, but reference says 3 \(a paper\)\. Correct one of them/,
    ],
    [
      'a computed reference that contradicts the exact solution',
      { reference: () => ({ value: 3, source: 'a paper' }) },
      /^exact gives .* but reference says 3/,
    ],
  ])('says where there is %s', async (_, change, message) => {
    const page = await loadProblem('quadratic-hjb')
    const settings = { ...page.settings, dim: 5 }
    const check = await checkProblem({ ...page, settings, ...change }, settings)
    expect(check.failures.join('\n')).toMatch(message)
  })

  it.each([
    [{ value: 0.98 }],
    [{ value: 0.9811 }],
    [{ value: 0.99, standardError: 0.003 }],
  ])('takes a reference that agrees with the exact solution: %j', async (reference) => {
    const page = await parseEquation(AGREEING, 'yaml')
    const check = await checkProblem({ ...page, reference: { source: '', ...reference } })
    expect(check.failures).toEqual([])
  })

  it('stays within seconds in a hundred thousand dimensions', async () => {
    const page = await loadProblem('heat')
    const check = await checkProblem(page, { ...page.settings, dim: 100_000 })
    expect(check.failures).toEqual([])
    // One point alone took 20 s when the trace was a sum over directions.
    expect(check.residual!.points).toBeGreaterThan(1)
  })

  it('leaves out a residual that would take minutes', async () => {
    const page = await loadProblem('heat')
    const exact =
      'sum(concat(x[2:end], x[1]) * x[1:2:end][1]) - x[1] * sum(x) + dot(sin(x[1:2:end]), x[2:2:end])'
    const check = await checkProblem({ ...page, terminal: exact, exact }, { ...page.settings, dim: 100_000 })
    expect(check.residual).toBeNull()
  })

  it('is found by id or by path', async () => {
    expect((await findPage('heat')).id).toBe('heat')
    await expect(findPage('./absent.yaml')).rejects.toThrow(/there is no such file/)
  })
})
