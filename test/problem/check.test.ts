import { describe, expect, it } from 'vitest'
import { loadProblem } from '../../src/problem/catalog.ts'
import { checkProblem } from '../../src/problem/check.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { findProblem } from '../../src/problem/find.ts'
import { parsePage } from '../../src/problem/page.ts'
import { pageTemplate } from '../../src/problem/template.ts'

describe('check', () => {
  it('finds nothing wrong with a built-in page, and says what it saw', async () => {
    const check = await checkProblem(await loadProblem('geometric-basket'))
    expect(check.failures).toEqual([])
    expect(check.motion).toBe('geometric Brownian motion: exact for any step, with mixed noise')
    expect(check.driverDependsOn).toEqual(['y'])
    expect(check.shapes.diffusion).toBe('vector[100] (diagonal)')
    expect(check.residual!.points).toBe(16)
    expect(check.reference!.value).toBeCloseTo(4.742134791387, 9)
  })

  it('finds nothing wrong with the page that new writes', async () => {
    const check = await checkProblem(await parsePage(pageTemplate('mine'), 'yaml'))
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
    ['an exact solution that is not finite', { exact: 'log(-1 - dot(x, x))' }, /relative residual NaN/],
    [
      'a driver that is not finite',
      { driver: '-lambda / 2 * dot(z, z) + 0 * y + log(y - 1e9)' },
      /derivative of driver/,
    ],
  ])('says where there is %s', async (_, change, message) => {
    const page = await loadProblem('quadratic-hjb')
    const check = await checkProblem({ ...page, ...change }, { ...page.settings, dim: 5 })
    expect(check.failures.join('\n')).toMatch(message)
  })

  it('is found by id or by path', async () => {
    expect((await findProblem('heat')).id).toBe('heat')
    await expect(findProblem('./absent.yaml')).rejects.toThrow(/there is no such file/)
  })
})
