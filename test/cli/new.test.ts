import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from './run.ts'

const folder = () => mkdtemp(join(tmpdir(), 'deepbsde-'))

describe('new', () => {
  it('writes a page that checks, and says what to do next', async () => {
    const path = join(await folder(), 'my-equation')
    const { exitCode, stdout, stderr } = await run(['new', path])
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`deepbsde solve ${path}.yaml`)
    expect(await readFile(`${path}.yaml`, 'utf8')).toMatch(/^id: my-equation$/m)
    expect((await run(['check', `${path}.yaml`, '--no-trial'])).exitCode).toBe(0)
  })

  it('says that a name is taken by a built-in problem', async () => {
    const { exitCode, stdout } = await run(['new', join(await folder(), 'heat')])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /^'heat' alone is the built-in problem of that name: write .*heat\.yaml for yours\.$/m,
    )
  })

  it('leaves a file that is there as it is, but with --force', async () => {
    const path = join(await folder(), 'mine.yaml')
    await writeFile(path, 'precious')
    const refused = await run(['new', path])
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toMatch(/^deepbsde: new: '.*mine\.yaml' is there already.* --force .*\n$/)
    expect(await readFile(path, 'utf8')).toBe('precious')
    expect((await run(['new', path, '--force'])).exitCode).toBe(0)
    expect(await readFile(path, 'utf8')).toMatch(/^id: mine$/m)
  })

  it.concurrent.each([
    ['a name that is no id', async () => 'my equation', /a page's name is up to 64 letters/],
    [
      'another format',
      async () => 'mine.json',
      /new: it writes YAML, got 'mine\.json'\. Use 'deepbsde new mine\.yaml'\./,
    ],
    ['no folder', async () => '/no/such/folder/mine', /the folder '\/no\/such\/folder' does not exist/],
    [
      'a folder of that name',
      async () => {
        const path = join(await folder(), 'mine')
        await mkdir(`${path}.yaml`)
        return path
      },
      /new: '.*mine\.yaml' is (a folder|there already)/,
    ],
  ])('refuses %s', async (_, name, message) => {
    const { exitCode, stderr } = await run(['new', await name()])
    expect(stderr).toMatch(message)
    expect(exitCode).toBe(2)
  })
})
