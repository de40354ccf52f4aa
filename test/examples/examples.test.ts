/** Every example runs, as a process of its own, with the package as it was built last. */
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../../examples/', import.meta.url))
const loader = process.features.typescript ? [] : ['--import', 'tsx']
const examples = readdirSync(folder).filter((file) => file.endsWith('.ts'))

/** What each of them prints; an example without a line here fails. */
const PRINTS: Record<string, RegExp> = {
  'first-value.ts':
    /^u\(0, x0\) = 2\.1\d+ ± 0\.00\d+\n95 % interval \[2\.1\d+, 2\.1\d+\]\nreference 2\.1570, gradient of 10/,
  'own-equation.ts': /^kappa 1: 0\.35\d+ ± .*\nkappa 2: 0\.45\d+ ± .*\nkappa 3: 0\.56\d+ ± /,
  'report.ts': /^written to /,
  'starting-points.ts': /^spot 90: price 4\.\d+ .*\nspot 100: price 9\.\d+ .*\nspot 110: price 16\.\d+ /,
  'stopping-rule.ts':
    /^between 13\.\d+ and 1[34]\.\d+\nstop at \(180, 60\): true, at \(150, 150\): false\npaid 1[34]\.\d on average/,
  'stop-early.ts': /^stopped after 100 iterations or more\n0\.20\d+ ± 0\.00\d+/,
}

test.each(examples)('%s', async (file) => {
  const { stdout } = await promisify(execFile)(process.execPath, [...loader, folder + file])
  expect(stdout).toMatch(PRINTS[file])
})
