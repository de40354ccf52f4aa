/** A person's page becomes the code of the built-in problem with the same formulas, so that it is as fast. */

import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { parseEquation } from '../support/pages.ts'

it.each([
  'hjb-lq',
  'allen-cahn',
  'black-scholes-default-risk',
  'black-scholes-different-rates',
])('%s as a page in YAML', async (id) => {
  const builtIn = await loadProblem(id)
  const { settings, let: named, x0, drift, diffusion, driver, terminal } = builtIn
  const text = stringify({ title: 'a page', settings, let: named, x0, drift, diffusion, driver, terminal })
  const page = await parseEquation(text, 'yaml')
  const compiled = await compileProblem(page, page.settings)
  const { functions, dynamics } = await compileProblem(builtIn, builtIn.settings)
  expect(compiled.functions.driver.source).toContain('batch')
  expect(compiled.functions).toEqual(functions)
  expect(compiled.dynamics).toEqual(dynamics)
})
