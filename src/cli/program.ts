/** The command line: which commands there are, and how each of them ends. */
import { Command, CommanderError } from 'commander'
import type { About } from '../methods/about.ts'
import { describeMethods } from '../methods/catalog.ts'
import { packageVersion } from '../solution/version.ts'
import { asUserError } from './command-errors.ts'
import { completionCommand } from './completion.ts'
import { EXIT } from './exit-codes.ts'
import { reportFailure } from './failure.ts'
import { withHelp } from './help.ts'

type Make = (finish: (exitCode: number) => void, methods: readonly About[]) => Command

/** The commands in the order of the help: the file of one, with its options, is loaded where that one runs, or where all are shown. */
const COMMANDS: Record<string, () => Promise<Make>> = {
  solve: async () => (await import('./solve.ts')).solveCommand,
  resume: async () => (await import('./resume.ts')).resumeCommand,
  evaluate: async () => (await import('./evaluate.ts')).evaluateCommand,
  list: async () => (await import('./list.ts')).listCommand,
  show: async () => (await import('./show.ts')).showCommand,
  new: async () => (await import('./new.ts')).newCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  compare: async () => (await import('./compare.ts')).compareCommand,
  study: async () => (await import('./study.ts')).studyCommand,
  sweep: async () => (await import('./sweep.ts')).sweepCommand,
  worker: async () => (await import('./worker.ts')).workerCommand,
  queue: async () => (await import('./queue.ts')).queueCommand,
  simulate: async () => (await import('./simulate.ts')).simulateCommand,
  export: async () => (await import('./export.ts')).exportCommand,
}

/** Commands that a saved policy is named before as well: `deepbsde policy export …`. */
const OF_POLICIES = ['simulate', 'export']

/** Has this process end in one line too where an error comes from nowhere, and quietly where its reader is gone. */
export function endsWithCommand(args: string[]): void {
  const fail = (error: unknown) => process.exit(reportFailure(error, isDebugged(args)))
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  endQuietlyWithoutReader()
}

const isDebugged = (args: string[]) => args.includes('--debug')

/** Runs one command; never throws. @returns the exit code */
export async function runProgram(given: string[]): Promise<number> {
  const args = given[0] === 'policy' && OF_POLICIES.includes(given[1]) ? given.slice(1) : given
  try {
    return await execute(args)
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done
    const failure = error instanceof CommanderError ? asUserError(error, args) : error
    return reportFailure(failure, isDebugged(args))
  }
}

async function execute(args: string[]): Promise<number> {
  let exitCode: number = EXIT.done
  const finish = (code: number) => {
    exitCode = code
  }
  const program = await createProgram(finish, Object.hasOwn(COMMANDS, args[0] ?? '') ? [args[0]] : undefined)
  if (args.length === 0 || args[0] === '--help-all') {
    program.outputHelp()
    return EXIT.done
  }
  await program.parseAsync(args, { from: 'user' })
  return exitCode
}

/** @param finish told the exit code of the one that ran @param names of the commands, all unless given */
export async function createProgram(
  finish: (exitCode: number) => void,
  names = Object.keys(COMMANDS),
): Promise<Command> {
  const methods = await describeMethods()
  const program = new Command('deepbsde')
    .description('Solves high-dimensional parabolic PDEs by the deep BSDE method, with error bars.')
    .version(packageVersion(), '-v, --version', 'the version')
    .helpOption('-h, --help', 'this help; deepbsde <command> --help tells more')
    .helpCommand(false)
  for (const make of await Promise.all(names.map((name) => COMMANDS[name]())))
    program.addCommand(make(finish, methods))
  program.addCommand(completionCommand(() => program, finish))
  withHelp(program, {
    examples: ['deepbsde solve hjb-lq', 'deepbsde solve ./my-equation.yaml --set dim=10 --json'],
    exitCodes:
      '0 done, 1 failed, 2 wrong input, 3 diverged or unconverged,\n130 interrupted (Ctrl-C), 143 terminated',
  })
  for (const command of [program, ...program.commands]) silence(command)
  return program
}

/** Errors come to us as exceptions, and nothing is printed before that. */
function silence(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => {} })
}

/** `deepbsde list | head` closes our stdout: there is nobody left to tell. */
function endQuietlyWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.done)
      throw error
    })
  }
}
