/** Pages of equations from text, for tests that go on to compile them. */
import { expect } from 'vitest'
import type { Page } from '../../src/page/page.ts'
import { loadPage, readPage } from '../../src/page/reader.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { parsePageText, type TextFormat } from '../../src/problem/page-file.ts'

/** @param file what messages call it @param name its id where the page gives none */
export async function parsePage(
  text: string,
  format: TextFormat,
  file = `page.${format}`,
  name = 'page',
): Promise<Page> {
  return readPage(await parsePageText(text, format, file), file, name)
}

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
