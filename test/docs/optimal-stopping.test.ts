/** The page on optimal stopping: its page of formulas is solved. Its commands and its program are run by `printed.test.ts`. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { parsePage } from '../support/pages.ts'

const text = readFileSync(new URL('../../docs/optimal-stopping.md', import.meta.url), 'utf8')
const SMALL = { batchSize: 512, paths: 512, workers: 1 }

describe('the page', () => {
  it('shows a page of formulas that is solved', async () => {
    const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(text)!
    const page = await parsePage(yaml, 'yaml', 'docs.yaml', 'docs')
    const { stopping } = await solve(page, SMALL)
    expect(stopping!.dates).toBe(12)
  })
})
