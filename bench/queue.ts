/**
 * The queue on this machine, with a Redis of its own on loopback and the built command (`npm run build` first):
 *
 *     node bench/queue.ts throughput [runs]   two workers of one thread against one, in turns
 *     node bench/queue.ts tiny [runs]         the same with runs of a tenth of a second
 *     node bench/queue.ts engine [jobs]       jobs a second of nothing, and what the engine costs a job
 *     node bench/queue.ts faults [seed]       a sweep of 100 with 20 kills of workers and 3 restarts of the server
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Queue, Worker } from 'bullmq'
import { seededRandom } from '../src/problem/sample.ts'
import { TestRedis } from '../test/support/redis.ts'

const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url))
const [what = 'throughput', number] = process.argv.slice(2)
const redis = await TestRedis.start()
const children = new Set<ChildProcess>()

function command(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  children.add(child)
  child.on('exit', () => children.delete(child))
  return child
}

const queue = () => ['--queue', redis.url]
const worker = () =>
  command('worker', ...queue(), '--workers', '1', '--at-once', '1', '--patience', '3s', '--quiet')

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout!.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  await once(child, 'close')
  return text
}

/** Runs of a tenth of a second. */
const TINY = ['--iterations', '30', '--paths', '1024']

/** A sweep of so many small runs. */
const sweep = (runs: number, ...args: string[]) => {
  const problem = ['sweep', 'hjb-lq', '--set', 'dim=10', '--vary', `lambda=0.1:1/${runs}`]
  return [...problem, '--json', '--quiet', ...args]
}

type Rows = { rows: { elapsedMs: number }[] }

async function throughput(runs: number, options: string[]): Promise<void> {
  console.log(
    `${runs} runs of hjb-lq, d = 10 ${options.join(' ')}; ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}`,
  )
  const queued = { one: 0, two: 0 }
  const alone = { one: 0, two: 0 }
  for (const count of [1, 2, 2, 1] as const) {
    const which = count === 1 ? 'one' : 'two'
    queued[which] += await throughQueue(count, runs, options)
    alone[which] += await withoutQueue(count, runs, options)
  }
  console.log(
    `two workers give ${(queued.one / queued.two).toFixed(2)} times the throughput of one; two commands of half the runs, without a queue, ${(alone.one / alone.two).toFixed(2)} times that of one`,
  )
}

/** Seconds of so many commands at once, each with its part of the runs and one thread: what the machine itself gives. */
async function withoutQueue(commands: number, runs: number, options: string[]): Promise<number> {
  const args = [...sweep(Math.ceil(runs / commands), ...options), '--workers', '1']
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: commands }, () => outputOf(command(...args))))
  const seconds = (performance.now() - startedAt) / 1000
  console.log(
    `${commands} command(s) without a queue: ${seconds.toFixed(1)} s; load ${loadavg()[0].toFixed(1)}`,
  )
  return seconds
}

/** Seconds of one sweep on so many workers, which have done a few runs before, as workers have. */
async function throughQueue(workers: number, runs: number, options: string[]): Promise<number> {
  const all = Array.from({ length: workers }, worker)
  await waitForWorkers(workers)
  await outputOf(command(...sweep(4 * workers, ...options, '--seeds', '2,3', ...queue())))
  const spent = () => all.reduce((sum, { pid }) => sum + cpuOf(pid!), 0)
  const before = { workers: spent(), server: redisCpu() }
  const startedAt = performance.now()
  const commanding = command(...sweep(runs, ...options, ...queue()))
  let own = 0
  const timer = setInterval(() => {
    if (commanding.exitCode === null) own = cpuOf(commanding.pid!)
  }, 100)
  const { rows } = JSON.parse(await outputOf(commanding)) as Rows
  clearInterval(timer)
  const seconds = (performance.now() - startedAt) / 1000
  const inside = rows.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) / 1000
  const share = (100 * inside) / (seconds * workers)
  const cpu = (spent() - before.workers) / runs
  const server = (redisCpu() - before.server) / 1000 / runs
  console.log(
    `${workers} worker(s): ${seconds.toFixed(1)} s, ${(runs / seconds).toFixed(2)} runs/s; processor time a run: ${cpu.toFixed(3)} s of workers, ${(own / runs).toFixed(3)} s of the command, ${server.toFixed(4)} s of Redis; runs themselves ${share.toFixed(1)} % of the workers' time; load ${loadavg()[0].toFixed(1)}`,
  )
  await Promise.all(all.map((child) => end(child)))
  return seconds
}

/** Seconds of processor time of a process with its threads, as Linux counts them. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function waitForWorkers(count: number): Promise<void> {
  const client = redis.client()
  await client.flushall()
  while ((await client.zcard('deepbsde:workers')) < count) await wait(100)
  client.disconnect()
}

async function engine(jobs: number): Promise<void> {
  const connection = { port: redis.port, maxRetriesPerRequest: null }
  const own = new Queue('nothing', { connection })
  const result = 'x'.repeat(3000)
  await own.addBulk(
    Array.from({ length: jobs }, (_, k) => ({
      name: 'run',
      data: { settings: { k } },
      opts: { jobId: `r/${k}a` },
    })),
  )
  const before = process.cpuUsage()
  const server = redisCpu()
  const startedAt = performance.now()
  const taker = new Worker('nothing', async () => ({ outcome: result }), { connection, concurrency: 50 })
  await new Promise<void>((resolve) => {
    taker.on('drained', () => resolve())
  })
  const seconds = (performance.now() - startedAt) / 1000
  const { user, system } = process.cpuUsage(before)
  const ms = (user + system) / 1000 / jobs
  const redisMs = (redisCpu() - server) / jobs
  console.log(
    `${jobs} jobs of nothing: ${(jobs / seconds).toFixed(0)} jobs/s; processor a job: worker ${ms.toFixed(2)} ms, Redis ${redisMs.toFixed(3)} ms (so one core of Redis hands out ${(1000 / redisMs).toFixed(0)} jobs/s); load ${loadavg()[0].toFixed(1)}`,
  )
  await taker.close()
  await jobsOfASecond(own, connection, result)
  await own.close()
}

const SECONDS = 30

/** What is not the job's own of the time of jobs that take a second, one after another. */
async function jobsOfASecond(
  own: Queue,
  connection: { port: number; maxRetriesPerRequest: null },
  result: string,
): Promise<void> {
  await own.addBulk(
    Array.from({ length: SECONDS }, (_, k) => ({
      name: 'run',
      data: { settings: { k } },
      opts: { jobId: `s/${k}a` },
    })),
  )
  let inside = 0
  const startedAt = performance.now()
  const taker = new Worker(
    'nothing',
    async () => {
      const begun = performance.now()
      await wait(1000)
      inside += performance.now() - begun
      return { outcome: result }
    },
    { connection, concurrency: 1 },
  )
  await new Promise<void>((resolve) => {
    taker.on('drained', () => resolve())
  })
  const total = performance.now() - startedAt
  console.log(
    `${SECONDS} jobs of a second, one after another: ${((100 * (total - inside)) / total).toFixed(2)} % of the time is the engine's; load ${loadavg()[0].toFixed(1)}`,
  )
  await taker.close()
}

/** Milliseconds of processor time of the server so far. */
function redisCpu(): number {
  const info = execFileSync('redis-cli', ['-p', String(redis.port), 'info', 'cpu'], { encoding: 'utf8' })
  const of = (name: string) => Number(new RegExp(`used_cpu_${name}:([\\d.]+)`).exec(info)![1])
  return 1000 * (of('user') + of('sys'))
}

const KILLS = 20
const RESTARTS = 3

async function faults(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const undisturbed = await outputOf(command(...sweep(100, '--workers', '2')))
  console.log(`undisturbed: done; seed ${seed}, load ${loadavg()[0].toFixed(1)}`)
  let workers = [worker(), worker(), worker()]
  const commanding = command(...sweep(100, ...queue()))
  const table = outputOf(commanding)
  const events = [...Array<string>(KILLS).fill('kill'), ...Array<string>(RESTARTS).fill('restart')]
  let done = { kill: 0, restart: 0 }
  for (const event of events.toSorted(() => random() - 0.5)) {
    await wait(200 + 1000 * random())
    if (commanding.exitCode !== null) break
    if (event === 'kill') {
      const victim = Math.floor(random() * workers.length)
      await end(workers[victim])
      workers = workers.with(victim, worker())
      done = { ...done, kill: done.kill + 1 }
    } else {
      await redis.kill()
      await wait(1000 * random())
      await redis.begin()
      done = { ...done, restart: done.restart + 1 }
    }
  }
  const disturbed = await table
  await Promise.all(workers.map((child) => end(child)))
  const bits = (text: string) =>
    JSON.stringify((JSON.parse(text) as Rows).rows.map(({ elapsedMs: _, ...row }) => row))
  const isSame = bits(disturbed) === bits(undisturbed)
  console.log(
    `${done.kill} kills, ${done.restart} restarts: ${(JSON.parse(disturbed) as Rows).rows.length} rows, ${isSame ? 'the same to the bit' : 'NOT THE SAME'}`,
  )
  process.exitCode = isSame && done.kill === KILLS && done.restart === RESTARTS ? 0 : 1
}

try {
  readFileSync(main)
  if (what === 'engine') await engine(Number(number ?? 20_000))
  else if (what === 'faults') await faults(Number(number ?? 1))
  else await throughput(Number(number ?? 40), what === 'tiny' ? TINY : [])
} finally {
  for (const child of children) child.kill('SIGKILL')
  await redis.stop()
}
