/** Built-in pages, for tests that go through all of a kind. */
import { listProblems, loadProblem } from '../../src/page/catalog.ts'
import type { PageOf, PartKey } from '../../src/page/page.ts'

/**
 * Who solves which page beside its reference by day: `test/verify/quick.test.ts` every sixth, `test/methods/deep-bsde-estimates.test.ts` every
 * second of the others. The bits of all of them are kept by `test/golden`; at night each of the two solves all.
 */
export const isVerifiedByDay = (_: unknown, place: number) => place % 6 === 0
export const isEstimatedByDay = (_: unknown, place: number) => place % 2 === 1

/** Every built-in page about `part`, in alphabetical order of ids. */
export async function loadProblems<Key extends PartKey>(part: Key): Promise<PageOf[Key][]> {
  return Promise.all((await listProblems(part)).map((id) => loadProblem(id, part)))
}
