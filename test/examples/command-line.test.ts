/** Every command that the page on the command line shows, in the order of the page, in one folder. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { EXIT } from '../../src/cli/exit-codes.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(root, 'docs/command-line.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'deepbsde-commands-'))
copyFileSync(join(root, 'examples/my-equation.yaml'), join(folder, 'my-equation.yaml'))
afterAll(() => rmSync(folder, { recursive: true }))

const loader = process.features.typescript ? '' : `--import '${fileURLToPath(import.meta.resolve('tsx'))}' `
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
  block.trim().split('\n'),
)

test.each(commands)('%s', (command) => {
  const real = command.replace(/^deepbsde/, `'${process.execPath}' ${loader}'${root}src/cli/main.ts'`)
  const { status, stderr } = spawnSync(real, { cwd: folder, shell: true, encoding: 'utf8' })
  expect(status, stderr).toBe(EXIT.done)
  for (const [file] of command.matchAll(/[\w-]+\.(?:html|svg|png|ndjson|bash)/g)) {
    expect(existsSync(join(folder, file)), file).toBe(true)
  }
})

test('the page has every exit code', () => {
  for (const code of Object.values(EXIT)) expect(page).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'))
})
