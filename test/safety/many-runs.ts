/** Runs of the command line one after another in this process, what they say kept off the terminal. */
import { runProgram } from '../../src/cli/program.ts'

export interface Run {
  args: string[]
  /** What the run was about, for the message of a test that fails. */
  about?: string
}
export interface EndedRun extends Run {
  exitCode: number
  said: string
  /** CPU time of the process, seconds. */
  seconds: number
}

/** Prints one JSON line a run and ends the process. */
export async function manyRuns(count: number, next: (index: number) => Run): Promise<never> {
  process.setMaxListeners(0)
  const said: string[] = []
  const [print, error] = [process.stdout.write.bind(process.stdout), process.stderr.write]
  process.stderr.write = ((text: string) => {
    said.push(String(text))
    return true
  }) as typeof error
  process.stdout.write = ((_: string, done?: () => void) => {
    done?.()
    return true
  }) as typeof process.stdout.write
  for (let k = 0; k < count; k++) {
    said.length = 0
    const run = next(k)
    const before = process.cpuUsage()
    const exitCode = await runProgram(run.args)
    const { user, system } = process.cpuUsage(before)
    const ended: EndedRun = { ...run, exitCode, said: said.join(''), seconds: (user + system) / 1e6 }
    print(`${JSON.stringify(ended)}\n`)
  }
  process.exit(0)
}
