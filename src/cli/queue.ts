/** `deepbsde queue`: what is in a queue. */
import { Command } from 'commander'
import type { QueueState } from '../queue/inspect.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { print } from './print.ts'

interface QueueFlags {
  queue?: string
  queuePrefix?: string
  clear?: string
  json?: boolean
}

export function queueCommand(finish: (exitCode: number) => void): Command {
  const command = new Command('queue')
    .usage('--queue <redis://…> [options]')
    .summary("a queue's workers, runs, and what failed")
    .description(
      'Shows workers, runs with their jobs, and failed jobs with their reasons; takes a run out of the queue.',
    )
    .helpOption('-h, --help', 'this help')
    .option('--queue <redis://…>', 'the address; $DEEPBSDE_QUEUE unless given')
    .option('--queue-prefix <name>', 'of a shared server: deepbsde')
    .option('--clear <run>', 'takes a run and all of its jobs out of the queue')
    .option('--json', 'one JSON object on stdout, nothing else')
    .option('--debug', 'with the stack of an error')
    .action(async (flags: QueueFlags) => {
      await runQueue(flags)
      finish(EXIT.done)
    })
  return withHelp(command, {
    examples: [
      'deepbsde queue --queue redis://queue-host:6379',
      'deepbsde queue --clear sweep-hjb-lq-3f09a1b2c4',
    ],
    exitCodes: '0 done, 1 failed, 2 wrong input',
  })
}

async function runQueue({ queue, queuePrefix, clear, json = false }: QueueFlags): Promise<void> {
  const [{ queueAddress }, { clearQueue, readQueue }] = await Promise.all([
    import('../queue/address.ts'),
    import('../queue/inspect.ts'),
  ])
  const address = queueAddress(queue, process.env, queuePrefix)
  if (clear !== undefined) {
    const removed = await clearQueue(address, clear)
    print(json ? `${JSON.stringify({ run: clear, removed })}\n` : `${clear}: ${removed} jobs removed\n`)
    return
  }
  const state = await readQueue(address)
  print(json ? `${JSON.stringify(state)}\n` : await stateText(state))
}

async function stateText({ queue, workers, runs, failed }: QueueState): Promise<string> {
  const { formatTable } = await import('../report/table.ts')
  const { identityText } = await import('../queue/names.ts')
  const columns = (...titles: string[]) => titles.map((title) => ({ key: title, title }))
  const tables = [
    {
      caption: workers.length === 0 ? 'no workers' : 'workers',
      columns: columns('host', 'process', 'threads', 'at', 'done', 'takes', 'silent for'),
      rows: workers.map((worker) => [
        worker.host,
        worker.pid,
        worker.threads,
        worker.running.length,
        worker.done,
        worker.queues.map(identityText).join('; '),
        `${worker.silent} s`,
      ]),
    },
    {
      caption: runs.length === 0 ? 'no runs' : 'runs',
      columns: columns('run', 'command', 'commanded', 'needs', 'runs', 'waiting', 'active', 'done', 'failed'),
      rows: runs.map((run) => [
        run.run,
        run.what,
        run.isCommanded ? `by ${run.pid} on ${run.host}` : 'no',
        identityText(run.queue),
        run.runs,
        run.waiting,
        run.active,
        run.done,
        run.failed,
      ]),
    },
    ...(failed.length === 0
      ? []
      : [
          {
            caption: 'failed',
            columns: columns('job', 'reason'),
            rows: failed.map(({ job, reason }) => [job, reason]),
          },
        ]),
  ]
  const texts = tables.map((table) => (table.rows.length === 0 ? table.caption : formatTable(table, 'text')))
  return `${[queue, ...texts].join('\n\n')}\n`
}
