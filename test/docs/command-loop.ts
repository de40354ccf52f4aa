/** Runs the commands that its parent sends, one after another: a process for each would start for longer than it runs. */
import { runProgram } from '../../src/cli/program.ts'

process.setMaxListeners(0)
let said = ''
process.stderr.write = ((text: string | Uint8Array) => {
  said += String(text)
  return true
}) as typeof process.stderr.write
process.stdout.write = ((_: unknown, done?: () => void) => {
  done?.()
  return true
}) as typeof process.stdout.write

process.on('message', async (args: string[]) => {
  said = ''
  const status = await runProgram(args)
  process.send!({ status, stderr: said })
})
