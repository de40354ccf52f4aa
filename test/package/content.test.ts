/** What `npm pack` ships: all that a program needs and nothing else. */

import { existsSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listMethods } from '../../src/methods/catalog.ts'
import { listProblems } from '../../src/page/catalog.ts'
import { type Packed, pack, root, run } from '../support/packed.ts'

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

let packed: Packed
let folder: string
let files: readonly string[]

beforeAll(async () => {
  packed = await pack('pack-')
  ;({ folder, files } = packed)
})
afterAll(() => packed?.remove())

describe('the package', () => {
  it('holds what was built, the manifest, the papers and the examples, and nothing else', () => {
    const papers = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']
    const places = [
      /^dist\/(src|problems|workers|chunks)\/.*\.(js|wasm|d\.ts|css|html)$/,
      /^dist\/licences\.txt$/,
      /^docs\/[\w-]+\.md$/,
      /^docs\/pictures\/[\w-]+\.svg$/,
      /^examples\/.*\.(ts|yaml|sh)$/,
    ]
    const strange = files.filter((path) => !papers.includes(path) && !places.some((each) => each.test(path)))
    expect(strange).toEqual([])
    expect(files.filter((path) => /\.test\.|assembly\//.test(path))).toEqual([])
  })

  it.skipIf(!existsSync(join(root, 'README.md')) || !existsSync(join(root, 'LICENSE')))(
    'has its papers',
    () => {
      expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE']))
    },
  )

  it('holds what its papers link to, down to the heading', async () => {
    const papers = files.filter((path) => path.endsWith('.md'))
    const texts = new Map<string, string>()
    for (const path of papers) texts.set(path, await readFile(join(packed.unpacked, path), 'utf8'))
    const broken = papers.flatMap((paper) =>
      [...texts.get(paper)!.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
        .filter(([, file, heading]) => {
          const target = file === '' ? paper : posix.join(posix.dirname(paper), file)
          const isThere = files.includes(target)
          return !isThere || (heading !== undefined && !headingsOf(texts.get(target)!).includes(heading))
        })
        .map(([link]) => `${paper}: ${link}`),
    )
    expect(broken).toEqual([])
    expect(texts.get('README.md')).toContain('](docs/options.md)')
  })

  it('has examples that import it by its name', async () => {
    const examples = files.filter((path) => /^examples\/.*\.ts$/.test(path))
    expect(examples.length).toBeGreaterThan(4)
    for (const path of examples) {
      const text = await readFile(join(packed.unpacked, path), 'utf8')
      expect(text, path).toContain("from 'deepbsde'")
      expect(text, path).not.toMatch(/from '\./)
    }
  })

  it('holds every problem, every method, all kernels, the workers, and types', async () => {
    const wanted = [
      ...(await listProblems()).map((id) => `dist/problems/${id}.js`),
      ...(await listMethods()).map((id) => `dist/src/methods/${id}/method.js`),
      ...['simd', 'fma', 'wide'].map((build) => `dist/src/kernels/${build}.wasm`),
      'dist/workers/entry.js',
      'dist/src/index.d.ts',
      manifest.bin.deepbsde,
      ...[manifest.exports['.'].types, manifest.exports['.'].default].map((path: string) => path.slice(2)),
    ]
    expect(
      wanted.filter((path) => !files.includes(path)),
      'missing; is the build older than the sources?',
    ).toEqual([])
  })

  it('imports only what it depends on', async () => {
    const { dependencies, optionalDependencies, peerDependencies } = manifest
    const known = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    const found = new Set<string>()
    for (const path of files.filter((each) => each.endsWith('.js'))) {
      const text = await readFile(join(root, path), 'utf8')
      const statically = text.matchAll(
        /^(?:import|export)\b[^;'"`()]*\bfrom ['"]([^'"]+)['"];?$|^import ['"]([^'"]+)['"]/gm,
      )
      const dynamically = text.matchAll(/\bimport\(['"]([^'"]+)['"]\)/g)
      for (const [, first, second] of [...statically, ...dynamically]) {
        const specifier = first ?? second
        if (!specifier.startsWith('.') && !isBuiltin(specifier)) found.add(packageOf(specifier))
      }
    }
    expect([...found]).toEqual(expect.arrayContaining(['piscina', 'commander']))
    expect([...found].filter((name) => !known.includes(name))).toEqual([])
  })

  it('names the licences of what is part of it', async () => {
    const texts = await readFile(join(root, 'dist/licences.txt'), 'utf8')
    const names = texts.split(/\n-{80}\n/).map((text) => text.trim().split('\n')[0])
    const page = await readFile(join(root, 'docs/licences.md'), 'utf8')
    const [told] = page.match(/^The parser of .*$/m)!
    expect(names).toContain('mathjs')
    for (const name of names) expect(told).toContain(name)
    expect(files).toContain('dist/licences.txt')
  })

  it('solves, from JavaScript, on workers of its own', async () => {
    const program = `
      import { solve, UserError } from 'deepbsde'
      const options = { settings: { dim: 2 }, steps: 4, iterations: 5, paths: 256, workers: 2 }
      const { value, workers, kernel } = await solve('heat', options)
      const refused = await solve('heat', { workers: 0 }).catch((error) => error instanceof UserError)
      console.log(JSON.stringify({ value, workers, kernel, refused }))
    `
    await writeFile(join(folder, 'program.mjs'), program)
    const { stdout, stderr } = await run(process.execPath, ['program.mjs'], { cwd: folder })
    expect(stderr).toBe('')
    const found = JSON.parse(stdout)
    expect(found).toMatchObject({ workers: 2, refused: true })
    // u = 2·dim·T = 4; whatever five iterations leave is far below the deviation of g, which is 4.
    expect(Math.abs(found.value - 4)).toBeLessThan(1)
  })

  it('is typed: right calls compile, wrong ones do not', async () => {
    const program = `
      import { defineProblem, solve, type Solution, type SolveOptions } from 'deepbsde'
      const options: SolveOptions = { settings: { dim: 10 }, seed: 7, workers: 2, family: 'residual' }
      const solution: Solution = await solve('hjb-lq', options)
      const value: number = solution.value
      const [low, high]: [number, number] = solution.interval
      const reference: number | undefined = solution.reference?.value
      await solve(defineProblem({
        id: 'mine', title: '', source: '', group: '', settings: { dim: 1, horizon: 1 }, x0: 0,
        drift: '0', diffusion: '1', driver: '0', terminal: 'x[1]',
      }))
      // @ts-expect-error
      await solve('hjb-lq', { famly: 'residual' })
      // @ts-expect-error
      await solve('hjb-lq', { family: 'resnet' })
      // @ts-expect-error
      const text: string = solution.value
      export { value, low, high, reference, text }
    `
    await writeFile(join(folder, 'program.mts'), program)
    const compilerOptions = {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      module: 'nodenext',
      target: 'es2023',
      types: ['node'],
    }
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['program.mts'] }),
    )
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const compiled = run(process.execPath, [tsc, '-p', folder])
    await expect(compiled.catch(({ stdout }) => Promise.reject(new Error(stdout)))).resolves.toMatchObject({
      stdout: '',
    })
  })
})

/** What a link to a heading of this page may name, as GitHub and npm do. */
function headingsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** `@scope/name/file` → `@scope/name` */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
