/**
 * Starts the files that take longest before the others, so that the forks end together; before them those that are apart, between which and
 * the others no fork is handed on.
 */
import { existsSync } from 'node:fs'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const LONGEST = [
  'accuracy/random-equations',
  'golden/golden',
  'training/hard-drivers',
  'docs/printed',
  'survive/resume',
  'methods/deep-bsde-estimates',
  'queue/queue',
  'bounds/bounds',
  'survive/command',
  'survive/kill',
  'control/dual',
  'docs/adding-a-problem',
  'safety/bombs',
  'control/problems',
  'estimation/region',
  'report/browser',
].map((name) => new URL(`../${name}.test.ts`, import.meta.url).pathname)

/** Among the rest Vitest's own order: by how long they took last, where it knows. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = LONGEST.filter((file) => !existsSync(file))
    if (gone.length > 0) throw new Error(`no such test: ${gone.join(', ')}`)
    const rank = ({ moduleId, project }: TestSpecification) => {
      if (project.name === 'apart') return -1
      const place = LONGEST.indexOf(moduleId)
      return place < 0 ? LONGEST.length : place
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}
