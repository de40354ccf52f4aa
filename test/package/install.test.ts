/** The package as strangers install and run it: other Nodes, `require`, odd folders, no home. */
import { existsSync, realpathSync } from 'node:fs'
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Packed, pack, root, run } from '../support/packed.ts'

const QUICK = '--set dim=2 --steps 4 --iterations 5 --paths 256 --workers 2 --json'.split(' ')
const NOBODY = 65534
const PROGRAM = `
  const use = async ({ solve }) => {
    const options = { settings: { dim: 2 }, steps: 4, iterations: 5, paths: 256, workers: 2 }
    console.log((await solve('heat', options)).value)
  }`

let packed: Packed
beforeAll(async () => {
  packed = await pack('install-')
  await writeFile(join(packed.folder, 'with-import.mjs'), `${PROGRAM}\nawait use(await import('deepbsde'))`)
  await writeFile(join(packed.folder, 'with-require.cjs'), `${PROGRAM}\nuse(require('deepbsde'))`)
})
afterAll(() => packed?.remove())

/** Every Node at hand: the one of this test, and those of the PATH (on our machines the oldest in `engines` and a new one). */
const nodes = [
  ...new Set([
    realpathSync(process.execPath),
    ...(process.env.PATH ?? '')
      .split(delimiter)
      .map((folder) => join(folder, 'node'))
      .filter((path) => existsSync(path))
      .map((path) => realpathSync(path)),
  ]),
]
const command = (folder: string) => join(folder, 'node_modules/deepbsde/dist/src/cli/main.js')

describe('the tarball', () => {
  it('passes publint', async () => {
    const tool = join(root, 'node_modules/publint/src/cli.js')
    await expect(run(process.execPath, [tool, '--strict', packed.tarball])).resolves.toMatchObject({
      stderr: '',
    })
  })

  it('has types that are right for every resolution; require() gives an ES module, as Node 20.19 and later can', async () => {
    const tool = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const args = [tool, packed.tarball, '--format', 'json', '--ignore-rules', 'cjs-resolves-to-esm']
    const { stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 26 })
    expect(Object.keys(JSON.parse(stdout).problems)).toEqual(['CJSResolvesToESM'])
  })
})

describe.each(nodes)('under %s', (node) => {
  it.each(['with-import.mjs', 'with-require.cjs'])('solves %s', async (program) => {
    const { stdout } = await run(node, [program], { cwd: packed.folder })
    expect(Math.abs(Number(stdout) - 4)).toBeLessThan(1)
  })
})

describe('the command', () => {
  const solves = async (folder: string, options: { env?: NodeJS.ProcessEnv; uid?: number } = {}) => {
    const args = [command(folder), 'solve', 'heat', ...QUICK]
    const { stdout, stderr } = await run(process.execPath, args, { cwd: folder, ...options })
    expect(stderr).not.toMatch(/Error|^ +at /m)
    expect(Math.abs(JSON.parse(stdout).value - 4)).toBeLessThan(1)
  }

  it('runs in a folder with spaces and marks in its name', async () => {
    const folder = join(packed.folder, "a b'c (é) #%20")
    await mkdir(folder)
    await cp(join(packed.folder, 'node_modules'), join(folder, 'node_modules'), { recursive: true })
    await solves(folder)
  })

  it('runs from a folder that may not be written to, without HOME and a folder for temporary files', async () => {
    const folder = join(packed.folder, 'read only')
    await mkdir(folder)
    await cp(join(packed.folder, 'node_modules'), join(folder, 'node_modules'), { recursive: true })
    await chmod(packed.folder, 0o755)
    await chmod(folder, 0o555)
    try {
      // Nothing is read-only for root.
      const uid = process.getuid?.() === 0 ? { uid: NOBODY } : {}
      await solves(folder, { env: { PATH: process.env.PATH, TMPDIR: '/nowhere' }, ...uid })
    } finally {
      await chmod(folder, 0o755)
    }
  })
})
