/** Runs through a real Redis on loopback: the same bits as here, whatever happens to workers, commands and server. */

import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sweep, sweep } from '../../src/index.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { queueAddress } from '../../src/queue/address.ts'
import { queueExecutor } from '../../src/queue/executor.ts'
import { clearQueue, readQueue } from '../../src/queue/inspect.ts'
import { identityOf, queueName } from '../../src/queue/names.ts'
import { runWorker } from '../../src/queue/worker.ts'
import { keyOf, type RunJob } from '../../src/runs/job.ts'
import { run, start } from '../cli/run.ts'
import { freePort, hasRedis, TestRedis } from '../support/redis.ts'

const FLAGS = ['--steps', '2', '--iterations', '4', '--paths', '256', '--set', 'dim=2']
const VARIED = ['--vary', 'lambda=0.1:0.8:0.1']
const SETTINGS = { steps: 2, iterations: 4, paths: 256, settings: { dim: 2 } }
const LAMBDAS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
/** All but what a clock says, and which threads it were. */
const bits = ({ rows }: Pick<Sweep, 'rows'>) => rows.map(({ elapsedMs: _, ...row }) => row)
/** What BullMQ keeps of a queue itself, and nothing of any run. */
const isOfTheQueue = (key: string) => /:(meta|id|events|stalled-check|marker)$|:workers(:about)?$/.test(key)

describe.skipIf(!hasRedis)('a queue', () => {
  let redis: TestRedis
  let undisturbed: Sweep
  beforeAll(async () => {
    redis = await TestRedis.start()
    undisturbed = await sweep('hjb-lq', { ...SETTINGS, vary: { lambda: LAMBDAS }, workers: 1 })
  })
  afterAll(() => redis.stop())

  const command = (prefix: string, ...args: string[]) => [
    'sweep',
    'hjb-lq',
    ...FLAGS,
    ...VARIED,
    '--json',
    '--queue',
    redis.url,
    '--queue-prefix',
    prefix,
    ...args, // biome-ignore format: a command
  ]
  const workerArgs = (prefix: string) => [
    'worker',
    '--queue',
    redis.url,
    '--queue-prefix',
    prefix,
    '--workers',
    '1',
    '--patience',
    '1500ms', // biome-ignore format: a command
  ]
  const addressOf = (prefix: string) => queueAddress(redis.url, {}, prefix)
  /** A worker in this process, until it is told to stop. */
  const worker = (prefix: string, notes: string[] = []) => {
    const stop = new AbortController()
    const ended = runWorker({
      address: addressOf(prefix),
      workers: 2,
      signal: stop.signal,
      patienceMs: 1500,
      onNote: (text) => notes.push(text),
    })
    return async () => {
      stop.abort()
      await ended
    }
  }

  it('gives the bits of one machine, and leaves nothing', async () => {
    const stops = [worker('same'), worker('same')]
    const page = join(await mkdtemp(join(tmpdir(), 'queue-')), 'mine.yaml')
    await writeFile(
      page,
      'settings: { dim: 2, horizon: 0.1, a: 1 }\nx0: 0\ndrift: "0"\ndiffusion: "a"\ndriver: "0"\nterminal: "dot(x, x)"\n',
    )
    const own = [
      'sweep',
      page,
      '--vary',
      'a=1,2',
      '--paths',
      '256',
      '--steps',
      '2',
      '--iterations',
      '4',
      '--json',
    ]
    const [built, mine, here] = await Promise.all([
      start(command('same')).outcome,
      run([...own, '--queue', redis.url, '--queue-prefix', 'same']),
      run([...own, '--workers', '1']),
    ])
    await Promise.all(stops.map((stop) => stop()))
    expect(bits(JSON.parse(built.stdout)), built.stderr).toEqual(bits(undisturbed))
    expect(bits(JSON.parse(mine.stdout)), mine.stderr).toEqual(bits(JSON.parse(here.stdout)))
    const left = (await redis.keys()).filter((key) => key.startsWith('same:') && !isOfTheQueue(key))
    expect(left).toEqual([])
  })

  it('loses nothing when workers are killed or stand still and the server is restarted', async () => {
    const first = start(workerArgs('hurt'))
    const frozen = start(workerArgs('hurt'))
    const commanding = start(command('hurt'))
    await commanding.says('1/8 ')
    first.process.kill('SIGKILL')
    await commanding.says('2/8 ')
    frozen.process.kill('SIGSTOP')
    await redis.kill()
    await wait(300)
    await redis.begin()
    const stop = worker('hurt')
    await commanding.says('5/8 ')
    frozen.process.kill('SIGCONT')
    const { stdout, stderr } = await commanding.outcome
    expect(bits(JSON.parse(stdout)), stderr).toEqual(bits(undisturbed))
    frozen.process.kill('SIGTERM')
    const [ended] = await Promise.all([frozen.outcome, first.outcome, stop()])
    expect(ended.exitCode, ended.stderr).toBe(143)
  })

  it('shares the fresh paths of one run, and those of a worker that is killed', async () => {
    const args = [
      'solve',
      'hjb-lq',
      '--set',
      'dim=5',
      '--steps',
      '8',
      '--iterations',
      '20',
      '--paths',
      '15000',
      '--bounds',
      '--json',
    ]
    const doomed = start(workerArgs('rounds'))
    const commanding = start([...args, '--queue', redis.url, '--queue-prefix', 'rounds'])
    const client = redis.client()
    while ((await client.hlen('rounds:workers:about')) === 0) await wait(100)
    for (let tries = 0; tries < 300; tries++) {
      const { workers } = await readQueue(addressOf('rounds'))
      if (workers[0]?.running.length > 0) break
      await wait(50)
    }
    doomed.process.kill('SIGKILL')
    const stop = worker('rounds')
    const [{ stdout, stderr }, here] = await Promise.all([
      commanding.outcome,
      run([...args, '--workers', '1']),
    ])
    await Promise.all([stop(), doomed.outcome])
    client.disconnect()
    const solutionOf = (text: string) => {
      const { elapsedMs: _, workers: __, bounds, ...solution } = JSON.parse(text)
      return { ...solution, bounds: { ...bounds, elapsedMs: 0 } }
    }
    expect(solutionOf(stdout), stderr).toEqual(solutionOf(here.stdout))
    const left = (await redis.keys()).filter((key) => key.startsWith('rounds:') && !isOfTheQueue(key))
    expect(left).toEqual([])
  })

  it('is shared by seeds, studies and verification, with the numbers of one machine', async () => {
    const stop = worker('shared')
    const through = ['--queue', redis.url, '--queue-prefix', 'shared', '--quiet']
    const commands = [
      ['solve', 'hjb-lq', ...FLAGS, '--seeds', '2', '--json'],
      [
        'study',
        'paths',
        'hjb-lq',
        ...FLAGS.slice(0, 4),
        '--set',
        'dim=2',
        '--values',
        '256,512',
        '--seeds',
        '2',
        '--format',
        'json',
      ],
      ['verify', 'heat', '--quick', '--json'],
    ]
    for (const words of commands) {
      const [there, here] = await Promise.all([run([...words, ...through]), run([...words, '--quiet'])])
      const numbers = ({ stdout, stderr }: typeof there) => {
        expect(stdout, stderr).not.toBe('')
        return JSON.stringify(JSON.parse(stdout), (key, value) =>
          /elapsed|seconds|time|workers/i.test(key) ? undefined : value,
        )
      }
      expect(numbers(there)).toBe(numbers(here))
      expect(there.exitCode).toBe(here.exitCode)
    }
    await stop()
  })

  it('ends in one line where the server never comes back', async () => {
    const gone = await TestRedis.start()
    const about = { what: 'sweep x', runs: 1, host: 'h', pid: 1, since: '' }
    const executor = await queueExecutor({
      address: queueAddress(gone.url, {}),
      run: 'lost',
      about,
      onNote: () => {},
      lostMs: 4000, // biome-ignore format: settings
    })
    const job: RunJob = { page: await loadProblem('hjb-lq'), settings: { dim: 2 }, options: {} }
    const outcome = executor.run('k', job, {})
    await gone.stop()
    await expect(outcome).rejects.toThrow(/the queue at redis:\/\/.* is gone. Go on with the same command/)
    await executor.close()
  })

  it('keeps what is done for a command that was killed or interrupted', async () => {
    const killed = start(command('again'))
    const stop = worker('again')
    await killed.says('2/8 ')
    killed.process.kill('SIGKILL')
    await killed.outcome
    const interrupted = start(command('again'))
    await interrupted.says('3/8 ')
    interrupted.process.kill('SIGINT')
    const stopped = await interrupted.outcome
    expect([0, 130]).toContain(stopped.exitCode)
    const { stdout, stderr } = await run(command('again'))
    await stop()
    expect(bits(JSON.parse(stdout)), stderr).toEqual(bits(undisturbed))
  })

  it('is refused in one line where it cannot be used, and nothing is left in it', async () => {
    const closed = await freePort()
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    )
    const locked = await TestRedis.start('--requirepass', 'right')
    const env = { DEEPBSDE_QUEUE_PASSWORD: 'wrong-secret' }
    const { port } = web.address() as { port: number }
    const cases: [string, RegExp, NodeJS.ProcessEnv?][] = [
      [
        `redis://127.0.0.1:${closed}`,
        /the queue at redis:\/\/127\.0\.0\.1:\d+\/0 cannot be reached \(ECONNREFUSED\)/,
      ],
      [`redis://127.0.0.1:${port}`, /does not answer as a Redis does/],
      [locked.url, /does not let us in: user or password is wrong, or not given/],
      [locked.url, /does not let us in/, env],
    ]
    const all = [['worker'], ['queue'], ['sweep', 'hjb-lq', ...FLAGS, '--vary', 'lambda=1,2']]
    // At once: they wait for the server far longer than they compute.
    await Promise.all(
      cases.flatMap(([url, message, given]) =>
        (given ? all : all.slice(2)).map(async (words) => {
          const { exitCode, stdout, stderr } = await start([...words, '--queue', url], given).outcome
          expect([exitCode, stdout, stderr.trimEnd().split('\n').length], stderr).toEqual([2, '', 1])
          expect(stderr).toMatch(message)
          expect(stderr).not.toContain('secret')
        }),
      ),
    )
    web.close()
    await locked.stop()
  })

  it('takes nothing that has no part to give', async () => {
    const through = ['--queue', redis.url]
    for (const [words, message] of [
      [
        ['heat', '--set', 'dim=2', '--at', '1', '--at', '2'],
        /--queue is for one run. Leave out --queue or --at/,
      ],
      [['lqr', '--both'], /--queue is for one method/],
      [['lqr'], /policy gives nothing to a queue, the fresh paths of deep-bsde do/],
      [['heat', '--run', 'a b'], /--run takes letters/],
      [['heat', '--seeds', '2', '--at-once', '2'], /--at-once is of workers/],
    ] as const) {
      const { exitCode, stdout, stderr } = await run(['solve', ...words, ...through])
      expect([exitCode, stdout, stderr.trimEnd().split('\n').length], stderr).toEqual([2, '', 1])
      expect(stderr).toMatch(message)
    }
    const without = await run(['solve', 'heat', '--run', 'tonight'])
    expect(without.stderr).toMatch(/--run is for a queue. Add --queue/)
  })

  it('has one command a run', async () => {
    const settings = { address: addressOf('twice'), run: 'tonight', onNote: () => {} }
    const about = { what: 'sweep x', runs: 1, host: 'elsewhere', pid: 1, since: '' }
    const before = await queueExecutor({ ...settings, about })
    await expect(queueExecutor({ ...settings, about })).rejects.toThrow(
      /--run: 'tonight' is being commanded by process \d+ on .*give another name with --run/,
    )
    await expect(clearQueue(settings.address, 'tonight')).rejects.toThrow(/is being commanded by process/)
    await before.close()
    const left = (await redis.keys()).filter((key) => key.startsWith('twice:') && !isOfTheQueue(key))
    expect(left).toEqual([])
  })

  it('gives no job to a worker of another version or kernel, and says that it waits', async () => {
    const notes: string[] = []
    const page = await loadProblem('hjb-lq')
    const { settings: own, ...options } = SETTINGS
    const job: RunJob = { page, settings: own, options: { ...options, kernel: 'reference' } }
    const address = addressOf('kernels')
    // As a worker of another version says that it is there.
    const stop = worker('kernels')
    const executor = await queueExecutor({
      address,
      run: 'r',
      kernel: 'fma',
      about: { what: 'x', runs: 1, host: 'h', pid: 1, since: '' },
      onNote: (text) => notes.push(text), // biome-ignore format: settings
    })
    const name = queueName(identityOf('fma'))
    const { workers } = await readQueue(address)
    const outcome = executor.run('k', { ...job, options: { ...job.options, kernel: 'fma' } }, {})
    if (workers.some(({ queues }) => queues.includes(name))) {
      expect((await outcome)?.kind).toBe('answered')
    } else {
      for (let tries = 0; notes.length === 0 && tries < 100; tries++) await wait(100)
      expect(notes[0]).toMatch(
        /waiting for a worker with deepbsde .*, kernel fma; 1 of other versions or kernels are there/,
      )
    }
    await executor.close()
    await stop()
  })

  it('shows failures with their reason, takes a run out, and holds a thousand jobs in little memory', async () => {
    const address = addressOf('many')
    const page = await loadProblem('hjb-lq')
    const stop = new AbortController()
    const about = { what: 'sweep hjb-lq', runs: 1000, host: 'h', pid: 1, since: '' }
    const executor = await queueExecutor({ address, run: 'many', about, onNote: () => {} })
    const client = redis.client()
    const memory = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))![1])
    const before = await memory()
    const outcomes = Array.from({ length: 1000 }, (_, seed) => {
      const job: RunJob = { page: { ...page, reference: undefined }, settings: { dim: 2 }, options: { seed } }
      return executor.run(keyOf(job), job, { signal: stop.signal })
    })
    for (let tries = 0; tries < 300; tries++) {
      const { runs } = await readQueue(address)
      if (runs[0]?.waiting === 1000) break
      await wait(100)
    }
    const used = (await memory()) - before
    console.log(`1,000 queued jobs take ${(used / 2 ** 20).toFixed(2)} MB`)
    expect(used).toBeLessThan(100 * 2 ** 20)
    stop.abort()
    expect(await Promise.all(outcomes)).toEqual(outcomes.map(() => null))
    await executor.close()
    const text = await run(['queue', '--queue', redis.url, '--queue-prefix', 'many'])
    expect(text.stdout).toMatch(/^many +sweep hjb-lq +no /m)
    const cleared = await run(['queue', '--queue', redis.url, '--queue-prefix', 'many', '--clear', 'many'])
    expect(cleared.stdout).toMatch(/^many: \d+ jobs removed$/m)
    const gone = await run(['queue', '--queue', redis.url, '--queue-prefix', 'many', '--clear', 'many'])
    expect([gone.exitCode, gone.stderr]).toEqual([
      2,
      expect.stringMatching(/no run 'many' is in the queue. It is empty/),
    ])
    client.disconnect()
    const left = (await redis.keys()).filter((key) => key.startsWith('many:') && !isOfTheQueue(key))
    expect(left).toEqual(['many:run:many:stopped'].filter((key) => left.includes(key)))
  })
})
