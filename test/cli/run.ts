/** Runs the command line as a person would, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Outcome {
  exitCode: number | null
  stdout: string
  stderr: string
}

export interface Run {
  process: ChildProcess
  outcome: Promise<Outcome>
  /** Resolves once stderr holds `text`. */
  says(text: string): Promise<void>
}

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
/** Node 22.18 and later run TypeScript as it is. */
const loader = process.features.typescript ? [] : ['--import', 'tsx']

/** Starts `deepbsde …args`, with colours and CI as `env` says: none by default. */
export function start(args: string[], env: NodeJS.ProcessEnv = {}, nodeArgs: string[] = []): Run {
  const { NO_COLOR, FORCE_COLOR, CI, ...inherited } = process.env
  const child = spawn(process.execPath, [...loader, ...nodeArgs, main, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => stderr.includes(text) && resolve()
      child.stderr.on('data', look)
      child.on('close', () => reject(new Error(`'${text}' was never said:\n${stderr}`)))
      look()
    })
  return { process: child, outcome, says }
}

export function run(args: string[], env?: NodeJS.ProcessEnv, nodeArgs?: string[]): Promise<Outcome> {
  return start(args, env, nodeArgs).outcome
}

/** What is said beside the lines of progress, which come only where a machine is slow. */
export function withoutProgress(stderr: string): string {
  return stderr.replaceAll(/^[\w.-]+ {2}(?:preparing|fitting|training|estimating)\b.*\n/gm, '')
}

/** A run of a second or two. */
export const QUICK = ['heat', '--set', 'dim=5', '--iterations', '20', '--paths', '512', '--workers', '2']
