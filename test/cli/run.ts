/** Runs the command line: in this process, or, where the process is what is looked at, in one of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../../src/cli/program.ts'

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

/** What the runner of the tests says about colours is not said to commands. */
function environment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NO_COLOR, FORCE_COLOR, CI, ...inherited } = process.env
  return { ...inherited, ...own }
}

/** Starts `deepbsde …args` in a process of its own, with colours and CI as `env` says: none by default. */
export function start(args: string[], env: NodeJS.ProcessEnv = {}, nodeArgs: string[] = []): Run {
  const child = spawn(process.execPath, [...loader, ...nodeArgs, main, ...args], {
    env: environment(env),
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

let last: Promise<unknown> = Promise.resolve()

/**
 * Runs `deepbsde …args` in this process, one after another: to start, one of its own takes longer than most commands take.
 * @param folder where it runs: where this process does unless given
 */
export function run(args: string[], env: NodeJS.ProcessEnv = {}, folder = process.cwd()): Promise<Outcome> {
  const outcome = last.then(() => runHere(args, env, folder))
  last = outcome.catch(() => {})
  return outcome
}

async function runHere(args: string[], env: NodeJS.ProcessEnv, folder: string): Promise<Outcome> {
  const before = { env: process.env, argv: process.argv }
  const place = process.cwd()
  const [out, error] = [new Capture(process.stdout), new Capture(process.stderr)]
  process.env = environment(env)
  process.argv = [process.execPath, main, ...args]
  process.chdir(folder)
  try {
    const exitCode = await runProgram(args)
    return { exitCode, stdout: out.text, stderr: error.text }
  } finally {
    process.chdir(place)
    Object.assign(process, before)
    for (const capture of [out, error]) capture.close()
  }
}

/** Keeps what is written to a stream, instead of the stream. */
export class Capture {
  readonly #chunks: Buffer[] = []
  readonly #stream: NodeJS.WriteStream
  readonly #write: NodeJS.WriteStream['write']

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    this.#write = stream.write
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      this.#chunks.push(Buffer.from(chunk as string))
      const done = rest.at(-1)
      if (typeof done === 'function') process.nextTick(done)
      return true
    }
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString()
  }

  close(): void {
    this.#stream.write = this.#write
  }
}

/** What is said beside the lines of progress, which come only where a machine is slow. */
export function withoutProgress(stderr: string): string {
  return stderr.replaceAll(/^[\w.-]+ {2}(?:preparing|fitting|training|estimating)\b.*\n/gm, '')
}

/** A run of a second or two. */
export const QUICK = ['heat', '--set', 'dim=5', '--iterations', '20', '--paths', '512', '--workers', '2']
