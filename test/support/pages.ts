/** Pages of equations from text, for tests that go on to compile them. */
import { expect } from 'vitest'
import type { Page } from '../../src/page/page.ts'
import { loadPage, parsePage } from '../../src/page/reader.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'

export async function parseEquation(...args: Parameters<typeof parsePage>): Promise<ProblemDefinition> {
  return equationOf(await parsePage(...args))
}

export async function loadEquation(path: string): Promise<ProblemDefinition> {
  return equationOf(await loadPage(path))
}

export function equationOf(page: Page): ProblemDefinition {
  expect(page).not.toHaveProperty('kind')
  return page as ProblemDefinition
}
