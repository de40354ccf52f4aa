/** Options that several commands of many runs have. */
import { Option } from 'commander'
import { integer } from '../options/values.ts'

/** How runs share the machine. @param atOnce what is usual */
export function manyOptions(atOnce: string): Option[] {
  return [
    option('--workers <n>', 'threads; no effect on the result').argParser(integer('--workers', 1, 2)),
    option('--at-once <n>', `runs side by side: ${atOnce}`).argParser(integer('--at-once', 1, 2)),
  ]
}

export function option(flags: string, description: string): Option {
  return new Option(flags, description)
}
