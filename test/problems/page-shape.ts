import { part as equation } from '../../src/page/parts/equation.ts'
import { checkEntries } from '../../src/page/schema.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'

/** What is wrong with a built-in page's form, as for a user's own, and more: built-in pages say what they are. */
export function pageMatches(page: ProblemDefinition): string[] {
  const problems: string[] = []
  const { reference, ...rest } = page
  const result = checkEntries(typeof reference === 'function' ? rest : page, [equation])
  if (!('page' in result)) problems.push(`${result.key} must be ${result.allowed}`)
  for (const key of ['title', 'source', 'group', 'exercises'] as const) {
    if (!page[key]) problems.push(`${key} is missing`)
  }
  if (page.exact === undefined && page.reference === undefined) problems.push('neither exact nor reference')
  return problems
}
