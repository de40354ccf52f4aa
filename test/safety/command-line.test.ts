/** Words in any order, and pages that are wrong in any way, end in a result or in one line, with a known exit code. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { seedCount } from '../support/night.ts'
import type { EndedRun } from './many-runs.ts'
import { runsOf } from './runs-of.ts'
import { strayOf } from './stray.ts'

const LINES = seedCount(100, 1000)
const PAGES = seedCount(30, 1000)
const SEED = 20261128
const folder = mkdtempSync(join(tmpdir(), 'words-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** How many runs there were of each exit code; each as it should be. */
function looked(runs: readonly EndedRun[], count: number): Map<number, number> {
  expect(runs).toHaveLength(count)
  const codes = new Map<number, number>()
  for (const run of runs) {
    codes.set(run.exitCode, (codes.get(run.exitCode) ?? 0) + 1)
    expect(strayOf(run), `${JSON.stringify(run.args)}\n${run.about?.slice(0, 500)}\n${run.said}`).toBeNull()
  }
  return codes
}

it(`${LINES} random command lines`, async () => {
  const codes = looked(await runsOf('command-process.ts', LINES, SEED, folder), LINES)
  expect(codes.get(2)).toBeGreaterThan(LINES / 4)
  expect(codes.get(0)).toBeGreaterThan(LINES / 15)
  // What was written is what was asked for: pages of `new`, and outputs with a flag.
  expect(readdirSync(folder).every((name) => name.length < 256)).toBe(true)
})

it(`${PAGES} damaged pages of every kind, checked and solved`, async () => {
  const codes = looked(await runsOf('page-process.ts', PAGES, SEED, folder), PAGES)
  expect(codes.get(2)).toBeGreaterThan(PAGES / 4)
  expect(codes.get(0)).toBeGreaterThan(PAGES / 20)
})
