/** The command line: which commands there are, and how each of them ends. */
import { Command, CommanderError } from 'commander'
import { describeMethods } from '../methods/catalog.ts'
import { packageVersion } from '../solution/version.ts'
import { checkCommand } from './check.ts'
import { asUserError } from './command-errors.ts'
import { compareCommand } from './compare.ts'
import { completionCommand } from './completion.ts'
import { evaluateCommand } from './evaluate.ts'
import { EXIT } from './exit-codes.ts'
import { exportCommand } from './export.ts'
import { reportFailure } from './failure.ts'
import { withHelp } from './help.ts'
import { listCommand } from './list.ts'
import { newCommand } from './new.ts'
import { queueCommand } from './queue.ts'
import { resumeCommand } from './resume.ts'
import { showCommand } from './show.ts'
import { simulateCommand } from './simulate.ts'
import { solveCommand } from './solve.ts'
import { studyCommand } from './study.ts'
import { sweepCommand } from './sweep.ts'
import { verifyCommand } from './verify.ts'
import { workerCommand } from './worker.ts'

/** Runs one command; never throws. @returns the exit code */
export async function runProgram(args: string[]): Promise<number> {
  const debug = args.includes('--debug')
  endQuietlyWithoutReader()
  process.on('uncaughtException', (error) => process.exit(reportFailure(error, debug)))
  process.on('unhandledRejection', (error) => process.exit(reportFailure(error, debug)))
  try {
    return await execute(args)
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done
    return reportFailure(error instanceof CommanderError ? asUserError(error, args) : error, debug)
  }
}

async function execute(args: string[]): Promise<number> {
  let exitCode: number = EXIT.done
  const program = await createProgram((code) => {
    exitCode = code
  })
  if (args.length === 0) {
    program.outputHelp()
    return EXIT.done
  }
  await program.parseAsync(args, { from: 'user' })
  return exitCode
}

/** Every command. @param finish told the exit code of the one that ran */
export async function createProgram(finish: (exitCode: number) => void): Promise<Command> {
  const methods = await describeMethods()
  const program = new Command('deepbsde')
    .description('Solves high-dimensional parabolic PDEs by the deep BSDE method, with error bars.')
    .version(packageVersion(), '-v, --version', 'the version')
    .helpOption('-h, --help', 'this help; deepbsde <command> --help tells more')
    .helpCommand(false)
    .addCommand(solveCommand(finish, methods))
    .addCommand(resumeCommand(finish))
    .addCommand(evaluateCommand(finish))
    .addCommand(listCommand(finish, methods))
    .addCommand(showCommand(finish))
    .addCommand(newCommand(finish))
    .addCommand(checkCommand(finish))
    .addCommand(verifyCommand(finish))
    .addCommand(compareCommand(finish))
    .addCommand(studyCommand(finish, methods))
    .addCommand(sweepCommand(finish, methods))
    .addCommand(workerCommand(finish))
    .addCommand(queueCommand(finish))
    .addCommand(simulateCommand(finish))
    .addCommand(exportCommand(finish))
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
