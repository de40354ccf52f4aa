/**
 * Removes from dist/ what was built from sources that are gone: methods, parts and pages are found by their folders, so that a file
 * that stays behind would be found too.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const built = existsSync(join(root, 'dist')) ? readdirSync(join(root, 'dist'), { recursive: true }) : []

for (const file of built) {
  const source = file.replace(/(\.d\.ts|\.js)$/, '.ts')
  if (source !== file && !existsSync(join(root, source))) rmSync(join(root, 'dist', file))
}
