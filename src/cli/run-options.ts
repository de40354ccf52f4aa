/** Options that several commands of many runs have. */
import { Option } from 'commander'
import { integer } from '../options/values.ts'

/** How runs share the machine. @param atOnce what is usual */
export function manyOptions(atOnce: string): Option[] {
  return [
    option('--workers <n>', 'threads; no effect on the result').argParser(integer('--workers', 1, 2)),
    option('--at-once <n>', `runs side by side: ${atOnce}`).argParser(integer('--at-once', 1, 2)),
    ...queueOptions(),
  ]
}

/** Runs given to other machines. */
export function queueOptions(): Option[] {
  return [
    option('--queue [redis://…]', 'given to the workers of a queue'),
    option('--run <name>', 'in the queue; made from the runs unless given').hideHelp(),
    option('--queue-prefix <name>', 'of a shared server').hideHelp(),
  ]
}

export function option(flags: string, description: string): Option {
  return new Option(flags, description)
}
