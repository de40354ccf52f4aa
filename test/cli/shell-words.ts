/** The words of a line as a shell splits them: it is asked. */
import { execFileSync } from 'node:child_process'

export function shellWords(line: string): string[] {
  const said = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
  return said.split('\0').slice(0, -1)
}
