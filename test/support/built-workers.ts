/** Where Node does not run TypeScript as it is, workers are the built ones: they must be there, and be of these sources. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Once, before all tests. */
export function setup(): void {
  if (process.features.typescript) return
  const entry = `${root}dist/workers/entry.js`
  if (existsSync(entry) && statSync(entry).mtimeMs >= newest(['src', 'workers', 'problems'])) return
  const state = existsSync(entry) ? 'older than the sources' : 'not built'
  console.error(
    `tests: Node ${process.versions.node} does not run TypeScript, and dist/ is ${state}. Run npm run build.`,
  )
  process.exit(1)
}

function newest(folders: string[]): number {
  const files = folders.flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).map(
      (name) => `${root}${folder}/${name}`,
    ),
  )
  return Math.max(...files.filter((file) => file.endsWith('.ts')).map((file) => statSync(file).mtimeMs))
}
