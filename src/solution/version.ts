import { readFileSync } from 'node:fs'

/** The package's version, from its package.json, which lies one folder higher when built. */
export function packageVersion(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'))
      if (name === 'deepbsde') return version
    } catch {
      // Not there: the other place has it.
    }
  }
  return 'unknown'
}
