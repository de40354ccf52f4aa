/** `deepbsde worker`: one machine that helps. What it does lies in `worker-run.ts`, loaded when it runs. */
import { Command } from 'commander'
import { duration, integer, positive } from '../options/values.ts'
import { withHelp } from './help.ts'
import type { WorkerFlags } from './worker-run.ts'

export function workerCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('worker')
    .usage('--queue <redis://…> [options]')
    .summary('takes runs from a queue until it is stopped')
    .description(
      'Takes runs from a queue on Redis, solves them, and gives numbers back, until it is stopped. Runs of other versions or kernels never reach it. Start one on every machine that helps.',
    )
    .helpOption('-h, --help', 'this help')
    .option('--queue <redis://…>', 'the address; $DEEPBSDE_QUEUE unless given')
    .option('--queue-prefix <name>', 'of a shared server: deepbsde')
    .option('--workers <n>', 'threads, as many as cores', integer('--workers', 1, 2))
    .option('--at-once <n>', 'runs side by side: as many as threads', integer('--at-once', 1, 2))
    .option('--memory <MB>', "most memory of all runs: half the machine's", positive('--memory', '2000'))
    .option('--patience <time>', 'a silent worker loses its run after: 30s', duration('--patience', '30s'))
    .option('--idle <time>', 'ends when there was nothing to do for so long', duration('--idle', '10m'))
    .option('-q, --quiet', 'no lines')
    .option('--debug', 'with the stack of an error')
    .action(async (flags: WorkerFlags) => {
      const { runWorkerCommand } = await import('./worker-run.ts')
      finish(await runWorkerCommand(flags))
    })
  return withHelp(command, {
    examples: [
      'deepbsde worker --queue redis://queue-host:6379',
      'DEEPBSDE_QUEUE=rediss://user:password@host:6380 deepbsde worker --idle 10m',
    ],
    exitCodes:
      '0 nothing left to do (--idle), 1 failed, 2 wrong input,\n130 interrupted (Ctrl-C), 143 terminated: its runs go to others',
  })
}
