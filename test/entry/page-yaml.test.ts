/** Every built-in problem as YAML: it reads back as the same page. */
import { expect, it } from 'vitest'
import { checkDefinition } from '../../src/checkpoint/stored-page.ts'
import { loadControlProblem } from '../../src/control/catalog.ts'
import { constantsOf, isControlDefinition, type Page } from '../../src/control/definition.ts'
import { pageYaml } from '../../src/entry/page-yaml.ts'
import { listControlProblems, listProblems, loadProblem } from '../../src/problem/catalog.ts'
import { parsePageText } from '../../src/problem/page-file.ts'
import { listStoppingProblems, loadStoppingProblem } from '../../src/problem/stopping-catalog.ts'

const pages: Page[] = [
  ...(await Promise.all((await listProblems()).map(loadProblem))),
  ...(await Promise.all((await listControlProblems()).map(async (id) => (await loadControlProblem(id))!))),
  ...(await Promise.all((await listStoppingProblems()).map(async (id) => (await loadStoppingProblem(id))!))),
]

/** What is solved, of a page. */
function solved(page: Page) {
  const { id, title, source, group, exercises, reference, ...rest } = page as Page & { published?: object }
  const { published, ...solvable } = rest
  const constants = isControlDefinition(page) ? { constants: constantsOf(page, page.settings) } : {}
  return { driver: undefined, terminal: undefined, ...solvable, ...constants }
}

it.each(pages.map((page) => [page.id, page] as const))('%s', async (_, page) => {
  const text = await pageYaml(page, 'mine', 'deepbsde new mine --from it')
  const read = await checkDefinition(await parsePageText(text, 'yaml', 'mine.yaml'), 'mine.yaml')
  expect(read.id).toBe('mine')
  expect(read.title).toBe(page.title)
  const [own, back] = [solved(page), solved(read)] as Record<string, unknown>[]
  for (const key of Object.keys(own)) {
    if (own[key] === undefined) continue
    const written =
      typeof own[key] === 'number' && typeof back[key] === 'string' ? String(own[key]) : own[key]
    expect(back[key], key).toEqual(written)
  }
  if (page.reference !== undefined) expect(text).toMatch(/^# Reference at these settings/m)
})
