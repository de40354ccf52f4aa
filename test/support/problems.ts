/** Built-in pages, for tests that go through all of a kind. */
import { listProblems, loadProblem } from '../../src/page/catalog.ts'
import type { PageOf, PartKey } from '../../src/page/page.ts'

/** Every built-in page about `part`, in alphabetical order of ids. */
export async function loadProblems<Key extends PartKey>(part: Key): Promise<PageOf[Key][]> {
  return Promise.all((await listProblems(part)).map((id) => loadProblem(id, part)))
}
