/** docs/licences.md lists what an installation brings along; the lock file knows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../support/packed.ts'

interface Locked {
  version: string
  license?: string
  dev?: boolean
  optional?: boolean
  devOptional?: boolean
  os?: string[]
}

/** They ask for no more than to be named; MPL-2.0 covers its own files. */
const PERMISSIVE = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense']
const FILES_ONLY = ['MPL-2.0']

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>
}
/** Without the parts of one machine (`os`), which go with the package that chooses among them. */
const installed = Object.entries(packages)
  .filter(([path, { dev, devOptional, os }]) => path !== '' && !dev && !devOptional && !os)
  .map(([path, { optional = false, license }]) => {
    const manifest = () => JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
    const name = path.replace(/^.*node_modules\//, '')
    return { name, optional, license: license ?? (manifest().licenses[0].type as string) }
  })

it('every package of an ordinary installation has a permissive licence', () => {
  expect(
    installed.filter(
      ({ license, optional }) => ![...PERMISSIVE, ...(optional ? FILES_ONLY : [])].includes(license),
    ),
  ).toEqual([])
})

it('docs/licences.md has them all', () => {
  const rows = [false, true].map((wanted) => {
    const byLicence = new Map<string, Set<string>>()
    for (const { name, optional, license } of installed)
      if (optional === wanted) byLicence.set(license, (byLicence.get(license) ?? new Set()).add(name))
    return [...byLicence]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([license, names]) => `| ${license} | ${[...names].sort().join(', ')} |`)
      .join('\n')
  })
  const page = readFileSync(join(root, 'docs/licences.md'), 'utf8')
  const tables = page
    .split(/^## .*$/m)
    .slice(1)
    .map((part) =>
      part
        .split('\n')
        .filter((line) => /^\| (?!licence|---)/.test(line))
        .join('\n'),
    )
  expect(tables).toEqual(rows)
})
