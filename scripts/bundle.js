/**
 * Makes dist/ of the sources, whose types `tsc` has written: few files in the place of hundreds, for what a command waits for before its
 * first iteration is mostly that files are found and read. What is found by its folder, or by its name, stays a file of its own.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

/**
 * Files that something finds by where they lie, on either side of a run: what a worker loads is bundled by itself, for it shares
 * nothing with the main thread but memory.
 */
const SIDES = [
  /^(problems\/.*|src\/methods\/[^/]+\/(about|method)|src\/page\/parts\/.*|src\/(text\/html|report\/page|index|cli\/main))\.ts$/,
  /^(src\/methods\/[^/]+\/stages|workers\/entry)\.ts$/,
]
const sources = ['problems', 'src', 'workers'].flatMap((folder) => filesOf(folder))

/** A file finds its neighbours from where it would lie if it were one of its own. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const place = relative(root, path).replaceAll('\\', '/').replace(/ts$/, 'js')
      const url = `(import.meta.url.slice(0, import.meta.url.lastIndexOf('/dist/') + 6) + '${place}')`
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', url), loader: 'ts' }
    })
  },
}

/** Of mathjs no more than its parser: the rest of its bundle takes ten times as long to load. */
const parserAlone = {
  name: 'parser-alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^mathjs\// }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, namespace: 'parser' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'parser' }, () => ({
      contents: `import { create, parseDependencies } from 'mathjs/number'
        export default create(parseDependencies)`,
      resolveDir: root,
    }))
  },
}

const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
)
const sides = SIDES.map((side) =>
  build({
    entryPoints: sources.filter((file) => side.test(file)),
    absWorkingDir: root,
    outbase: root,
    outdir: dist,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
    legalComments: 'inline',
    plugins: [ownPlaces, parserAlone],
    metafile: true,
    logLevel: 'warning',
  }),
)
const outputs = Object.assign({}, ...(await Promise.all(sides)).map(({ metafile }) => metafile.outputs))
writeFileSync(join(dist, 'licences.txt'), licencesOf(Object.values(outputs)))

// What was built before, otherwise or from sources that are gone, would be found too.
for (const file of filesOf('dist')) {
  const isOld = file.endsWith('.js') && outputs[file] === undefined
  const isStray = file.endsWith('.d.ts') && !sources.includes(file.replace(/^dist\/(.*)\.d\.ts$/, '$1.ts'))
  if (isOld || isStray) rmSync(join(root, file))
}

/** What the packages ask for that are now within: their own words. */
function licencesOf(outputs) {
  const files = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  )
  const names = files.map(([file]) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1])
  const packages = [...new Set(names)].filter((name) => name !== undefined).sort()
  return packages
    .map((name) => {
      const folder = join(root, 'node_modules', name)
      const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file))
      if (texts.length === 0) throw new Error(`bundle: ${name} has no licence file`)
      return [name, ...texts.map((file) => readFileSync(join(folder, file), 'utf8').trim())].join('\n\n')
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`)
}

function filesOf(folder) {
  const files = readdirSync(join(root, folder), { recursive: true })
  return files.map((file) => join(folder, file).replaceAll('\\', '/'))
}
