/** Words in any order on the command line end in a result or in one line, with a known exit code. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'

const RUNS = 400
const folder = mkdtempSync(join(tmpdir(), 'words-'))
afterAll(() => rmSync(folder, { recursive: true }))

it(`${RUNS} random command lines end in a result or in one line`, async () => {
  const file = fileURLToPath(new URL('command-process.ts', import.meta.url))
  // The process moves to another folder, from where its workers would not find the loader by name.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const args = ['--import', loader, file, String(RUNS), '20261128', folder]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 })
  const runs = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { args: string[]; exitCode: number; said: string })
  expect(runs).toHaveLength(RUNS)
  const codes = new Map<number, number>()
  for (const { args, exitCode, said } of runs) {
    codes.set(exitCode, (codes.get(exitCode) ?? 0) + 1)
    expect([0, 1, 2, 3], JSON.stringify(args)).toContain(exitCode)
    if (args.includes('--debug')) continue
    const complaints = said.split('\n').filter((line) => line.startsWith('deepbsde:'))
    if (exitCode === 2) expect(complaints, `${JSON.stringify(args)}\n${said}`).toHaveLength(1)
    expect(said, JSON.stringify(args)).not.toMatch(/^ +at /m)
    expect(said, JSON.stringify(args)).not.toMatch(/Run with --debug for the stack/)
  }
  expect(codes.get(2)).toBeGreaterThan(RUNS / 4)
  expect(codes.get(0)).toBeGreaterThan(10)
  // What was written is what was asked for: pages of `new`, and outputs with a flag.
  expect(readdirSync(folder).every((name) => name.length < 256)).toBe(true)
})
