/** The package as `npm pack` ships it, unpacked where its dependencies are found. The built files are those of `npm run build`. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const run = promisify(execFile)
export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Packed {
  /** Holds the tarball and node_modules with the package. */
  folder: string
  tarball: string
  /** The package's own folder. */
  unpacked: string
  /** Paths within the package. */
  files: readonly string[]
  remove(): Promise<void>
}

/** @param name of the folder, inside node_modules, so that what the package depends on is found, as after an installation */
export async function pack(name: string): Promise<Packed> {
  if (!existsSync(join(root, 'dist/src/index.js'))) throw new Error('npm run build comes before the tests')
  const cache = join(root, 'node_modules', '.cache')
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, name))
  // Scripts would build anew, under the other tests.
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  })
  const [{ filename, files }] = JSON.parse(stdout)
  const tarball = join(folder, filename)
  const unpacked = join(folder, 'node_modules', 'deepbsde')
  await mkdir(unpacked, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'])
  return {
    folder,
    tarball,
    unpacked,
    files: files.map(({ path }: { path: string }) => path),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
