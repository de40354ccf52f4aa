/** A copy of the package that a test changes, builds and runs as a stranger would. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))
const COPIED = [
  'src',
  'workers',
  'problems',
  'scripts',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
]
const execute = promisify(execFile)

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

export class PackageCopy {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<PackageCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'deepbsde-'))
    for (const name of COPIED) await cp(join(root, name), join(folder, name), { recursive: true })
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    return new PackageCopy(folder)
  }

  write(path: string, text: string): Promise<void> {
    return writeFile(join(this.folder, path), text)
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8')
  }

  /** Type-checks too; the kernels are those of the package. */
  async build(): Promise<void> {
    await this.run(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'])
    await this.run(process.execPath, ['scripts/bundle.js'])
    for (const kernel of ['simd.wasm', 'fma.wasm', 'wide.wasm']) {
      await cp(join(root, 'dist/src/kernels', kernel), join(this.folder, 'dist/src/kernels', kernel))
    }
  }

  async deepbsde(...args: string[]): Promise<Outcome> {
    try {
      const main = join(this.folder, 'dist/src/cli/main.js')
      return { code: 0, ...(await this.run(process.execPath, [main, ...args])) }
    } catch (error) {
      return error as Outcome
    }
  }

  run(file: string, args: string[]): Promise<{ stdout: string; stderr: string }> {
    return execute(file, args, { cwd: this.folder })
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true })
  }
}

/** The blocks of a page of docs that are marked by ``` ts `kind`=… . */
export async function blocksOf(
  page: string,
  kind: 'file' | 'change',
): Promise<{ name: string; text: string }[]> {
  const text = await readFile(`${root}docs/${page}`, 'utf8')
  const pattern = new RegExp(`^\`\`\`ts ${kind}=(\\S+)\\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  return [...text.matchAll(pattern)].map(([, name, block]) => ({ name, text: block }))
}
