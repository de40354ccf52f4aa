/**
 * Makes dist/ of the sources, whose types `tsc` has written: few files in the place of hundreds, for what a command waits for before its
 * first iteration is mostly that files are found and read. What is found by its folder, or by its name, stays a file of its own.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

/**
 * Files that something finds by where they lie, on either side of a run: what a worker loads is bundled by itself, for it shares
 * nothing with the main thread but memory. Of each side, what the usual run loads together is one file: each piece is what its roots
 * load at once and the pieces before it do not hold.
 */
const SIDES = [
  {
    entries:
      /^(problems\/.*|src\/methods\/[^/]+\/(about|method)|src\/page\/parts\/.*|src\/(text\/html|report\/page|index|cli\/main))\.ts$/,
    pieces: {
      command: /^src\/(cli\/(main|program|solve)|methods\/[^/]+\/about)\.ts$/,
      threads: /^src\/cli\/early-threads\.ts$/,
      page: /^problems\/.*\.ts$/,
      engine:
        /^src\/(cli\/solve-run|entry\/solve|page\/(parts|schema)|page\/parts\/.*|methods\/deep-bsde\/method)\.ts$/,
      telling: /^src\/entry\/describe\.ts$/,
    },
  },
  {
    entries: /^(src\/methods\/[^/]+\/stages|workers\/entry)\.ts$/,
    pieces: { worker: /^(workers\/entry|src\/methods\/deep-bsde\/stages)\.ts$/ },
  },
]
/** It waits for the others, so that it cannot be within one of them. */
const MAIN = 'src/cli/main.ts'
const sources = ['problems', 'src', 'workers'].flatMap((folder) => filesOf(folder))

/** A file finds its neighbours from where it would lie if it were one of its own. */
const ownPlaces = {
  name: 'own-places',
  transform: {
    filter: { id: /\.ts$/, code: 'import.meta.url' },
    handler(code, id) {
      const place = nameOf(id).replace(/ts$/, 'js')
      const url = `(import.meta.url.slice(0, import.meta.url.lastIndexOf('/dist/') + 6) + '${place}')`
      return code.replaceAll('import.meta.url', url)
    },
  },
}

/** Of mathjs no more than its parser: the rest of its bundle takes ten times as long to load. */
const PARSER = '\0parser'
const parserAlone = {
  name: 'parser-alone',
  resolveId(id, _importer, { kind }) {
    return kind === 'dynamic-import' && id.startsWith('mathjs/') ? PARSER : null
  },
  load(id) {
    if (id !== PARSER) return null
    return `import { create, parseDependencies } from 'mathjs/number'
      export default create(parseDependencies)`
  },
}

const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
)
const packages = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
const sides = SIDES.map(({ entries, pieces }) =>
  build({
    input: Object.fromEntries(
      sources.filter((file) => entries.test(file)).map((file) => [file.slice(0, -3), join(root, file)]),
    ),
    cwd: root,
    platform: 'node',
    external: (id) => isBuiltin(id) || packages.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [ownPlaces, parserAlone],
    transform: { target: 'node20' },
    // That a file is loaded already where another would have it later is what the pieces are for.
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    output: {
      dir: dist,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      comments: { legal: true, annotation: false, jsdoc: false },
      codeSplitting: { groups: groupsOf(pieces) },
    },
  }),
)
const chunks = (await Promise.all(sides)).flatMap(({ output }) => output)
writeFileSync(join(dist, 'licences.txt'), licencesOf(chunks))

// What was built before, otherwise or from sources that are gone, would be found too.
const built = new Set(chunks.map(({ fileName }) => join('dist', fileName)))
for (const file of filesOf('dist')) {
  const isOld = file.endsWith('.js') && !built.has(file)
  const isStray = file.endsWith('.d.ts') && !sources.includes(file.replace(/^dist\/(.*)\.d\.ts$/, '$1.ts'))
  if (isOld || isStray) rmSync(join(root, file))
}

/** The pieces as the bundler takes them, the first ones first. */
function groupsOf(pieces) {
  const found = new Map()
  const take = (id, piece, graph) => {
    if (found.has(id)) return
    found.set(id, piece)
    for (const next of graph.getModuleInfo(id)?.importedIds ?? []) take(next, piece, graph)
  }
  const find = (graph) => {
    for (const [piece, roots] of Object.entries(pieces)) {
      for (const file of sources.filter((source) => roots.test(source))) take(join(root, file), piece, graph)
    }
    found.delete(join(root, MAIN))
  }
  return Object.keys(pieces).map((debugName, index, { length }) => ({
    debugName,
    priority: length - index,
    name: (id, graph) => {
      if (found.size === 0) find(graph)
      return found.get(id) === debugName ? debugName : null
    },
  }))
}

/** What the packages ask for that are now within: their own words. */
function licencesOf(outputs) {
  const files = outputs.flatMap(({ modules = {} }) =>
    Object.entries(modules).filter(([, { renderedLength }]) => renderedLength > 0),
  )
  const names = files.map(([file]) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1])
  const within = [...new Set(names)].filter((name) => name !== undefined).sort()
  return within
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

function nameOf(file) {
  return relative(root, file).replaceAll('\\', '/')
}
