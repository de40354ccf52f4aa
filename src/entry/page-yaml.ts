/** A page as YAML that can be changed and solved: what is known of it stands in comments. */
import { Document, isScalar, visit } from 'yaml'
import { constantsOf } from '../control/definition.ts'
import { loadMethod, usualMethod } from '../methods/catalog.ts'
import { hasPart, type Page } from '../page/page.ts'
import type { Reference } from '../problem/definition.ts'
import { referenceOf } from '../problem/reference.ts'
import { wrap } from '../solution/format-text.ts'

/** What stands in comments, in the head of the page, or not at all. */
const TOLD = new Set([
  'kind',
  'id',
  'title',
  'source',
  'group',
  'exercises',
  'reference',
  'published',
  'constants',
])
const COMMENT_WIDTH = 78

/**
 * @param id of the new page
 * @param command how it is called: `deepbsde new x --from heston`
 */
export async function pageYaml(page: Page, id: string, command: string): Promise<string> {
  const document = new Document({ id, title: page.title, source: page.source, ...ownEntries(page) })
  // A list of numbers on one line, a matrix on a line for each row.
  visit(document, {
    Seq(_, list) {
      list.flow = list.items.every(isScalar)
    },
  })
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true })
  return `${[...headOf(page, await knownReference(page), command)].join('\n')}\n${text}`
}

function ownEntries(page: Page): Record<string, unknown> {
  const entries = Object.entries(page).filter(([key, value]) => !TOLD.has(key) && value !== undefined)
  const constants = hasPart(page, 'control') ? constantsOf(page, page.settings) : {}
  return Object.fromEntries(
    Object.keys(constants).length > 0 ? [...entries, ['constants', constants]] : entries,
  )
}

/** At the page's own settings and starting point; null where nothing is known. */
async function knownReference(page: Page): Promise<Reference | null> {
  const method = await loadMethod(await usualMethod(page))
  return referenceOf(page, await method.compile(page, page.settings, { bounds: false }))
}

function* headOf(page: Page, reference: Reference | null, command: string): Generator<string> {
  yield* comment(`Written by '${command}'.`)
  if (page.exercises !== undefined) yield* comment(`What it is about: ${page.exercises}.`)
  if (reference !== null) {
    const error = reference.standardError ? ` ± ${reference.standardError}` : ''
    yield* comment(
      `Reference at these settings and this x0: ${reference.value}${error} (${reference.source}).`,
    )
    if (page.exact === undefined) {
      yield* comment(
        'It is no part of the page, since it holds nowhere else. To have runs compared with it, write',
      )
      yield `#   reference: { value: ${reference.value}, source: "${reference.source.replaceAll('"', "'")}" }`
    }
  }
  const { published } = page
  if (published !== undefined) {
    yield* comment(
      `Published: relative error ${100 * published.relativeError} % with ${published.steps} steps (${published.source}).`,
    )
  }
}

function* comment(text: string): Generator<string> {
  for (const line of wrap(text, COMMENT_WIDTH)) yield `# ${line}`
}
