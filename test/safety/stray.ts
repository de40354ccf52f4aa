/** What a run of the command line must not do, whatever it was given. */
import type { EndedRun } from './many-runs.ts'

/** done, failed, wrong input, unconverged, diverged */
const KNOWN = [0, 1, 2, 3, 4]

/** What is wrong with how it ended, or null. */
export function strayOf({ args, exitCode, said }: EndedRun): string | null {
  if (!KNOWN.includes(exitCode)) return `exit code ${exitCode}`
  if (args.includes('--debug')) return null
  const complaints = said.split('\n').filter((line) => line.startsWith('deepbsde:'))
  if (exitCode === 2 && complaints.length !== 1) return `${complaints.length} lines of complaint`
  if (/^ +at /m.test(said)) return 'a stack'
  if (said.includes('Run with --debug for the stack')) return 'an error that nobody thought of'
  return null
}
