/** The page on optimal stopping: its page of formulas is solved, and its commands on a saved rule run. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { loadRule } from '../../src/methods/stopping/rule-file.ts'
import { parsePage } from '../../src/page/reader.ts'
import { run } from '../cli/run.ts'

const text = readFileSync(new URL('../../docs/optimal-stopping.md', import.meta.url), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'deepbsde-docs-'))
const rule = join(folder, 'rule.dbsde')
afterAll(() => rmSync(folder, { recursive: true }))
const SMALL = { batchSize: 512, paths: 512, workers: 1 }

beforeAll(async () => {
  await solve('max-call', { ...SMALL, save: rule })
})

describe('the page', () => {
  it('shows a page of formulas that is solved', async () => {
    const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(text)!
    const page = await parsePage(yaml, 'yaml', 'docs.yaml', 'docs')
    const { stopping } = await solve(page, SMALL)
    expect(stopping!.dates).toBe(12)
  })

  const commands = [...text.matchAll(/^ {4}deepbsde simulate rule\.dbsde(.*)$/gm)]
    .map(([, rest]) => rest.replace(/#.*|>.*/, '').trim())
    .filter((rest, k, all) => all.indexOf(rest) === k)

  it.each(commands)('simulate rule.dbsde %s', async (rest) => {
    const { exitCode, stderr } = await run([
      'simulate',
      rule,
      ...rest.split(' ').filter((word) => word !== ''),
    ])
    expect(exitCode, stderr).toBe(0)
  })

  it('asks a rule from code for what there is', async () => {
    const policy = await loadRule(rule)
    const calls = [...text.matchAll(/^policy\.(\w+)\((.*?)\)/gm)]
    expect(calls.length).toBeGreaterThan(2)
    for (const [, name, args] of calls) {
      const method = policy[name as 'stop' | 'goingOn' | 'simulate'] as (...given: unknown[]) => unknown
      expect(method.apply(policy, JSON.parse(`[${args}]`))).toBeDefined()
    }
  })
})
