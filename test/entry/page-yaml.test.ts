/** Every built-in problem as YAML: it reads back as the same page. */

import { expect, it } from 'vitest'
import { constantsOf } from '../../src/control/definition.ts'
import { pageYaml } from '../../src/entry/page-yaml.ts'
import { loadAllProblems } from '../../src/page/catalog.ts'
import { hasPart, type Page } from '../../src/page/page.ts'
import { readPage } from '../../src/page/reader.ts'
import { parsePageText } from '../../src/problem/page-file.ts'

const pages: Page[] = (await loadAllProblems()).map(inFewDimensions)

/** To compile a hundred dimensions takes seconds, and says no more of what is written. */
function inFewDimensions<Any extends Page>(page: Any): Any {
  const { dim } = page.settings
  const isBound = typeof page.reference === 'object' || Array.isArray(page.x0)
  return typeof dim === 'number' && dim > 9 && !isBound
    ? { ...page, settings: { ...page.settings, dim: 4 } }
    : page
}

/** What is solved, of a page. */
function solved(page: Page) {
  const { id, title, source, group, exercises, reference, ...rest } = page as Page & { published?: object }
  const { published, ...solvable } = rest
  const constants = hasPart(page, 'control') ? { constants: constantsOf(page, page.settings) } : {}
  return { driver: undefined, terminal: undefined, ...solvable, ...constants }
}

it.each(pages.map((page) => [page.id, page] as const))('%s', async (_, page) => {
  const text = await pageYaml(page, 'mine', 'deepbsde new mine --from it')
  const read = await readPage(await parsePageText(text, 'yaml', 'mine.yaml'), 'mine.yaml', 'mine')
  expect(read.id).toBe('mine')
  expect(read.title).toBe(page.title)
  const [own, back] = [solved(page), solved(read)] as Record<string, unknown>[]
  for (const key of Object.keys(own)) {
    if (own[key] === undefined) continue
    const written =
      typeof own[key] === 'number' && typeof back[key] === 'string' ? String(own[key]) : own[key]
    expect(back[key], key).toEqual(written)
  }
  // A function may know nothing at the page's own settings.
  if (typeof page.reference === 'object') expect(text).toMatch(/^# Reference at these settings/m)
})
