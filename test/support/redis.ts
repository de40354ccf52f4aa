/** A Redis of a test's own, on loopback, with an append-only file in a folder of its own; the tests skip aloud without one. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis && process.env.CI) throw new Error('CI needs redis-server: see .ci/run')
if (!hasRedis) console.warn("no redis-server on this machine: the queue's tests are SKIPPED")

export class TestRedis {
  readonly port: number
  readonly #args: string[]
  readonly #folder: string
  #process: ChildProcess | null = null

  private constructor(port: number, folder: string, args: string[]) {
    this.port = port
    this.#folder = folder
    this.#args = args
  }

  static async start(...args: string[]): Promise<TestRedis> {
    const folder = mkdtempSync(join(tmpdir(), 'redis-'))
    const redis = new TestRedis(await freePort(), folder, args)
    await redis.begin()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async begin(): Promise<void> {
    const own = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', '']
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
    this.#process = spawn('redis-server', [...own, ...durable, ...this.#args], { stdio: 'ignore' })
    const client = this.client()
    for (let tries = 0; tries < 100; tries++) {
      const answer = await client.ping().catch((error) => String(error))
      if (answer === 'PONG' || /NOAUTH/.test(answer)) break
      await wait(50)
    }
    client.disconnect()
  }

  /** At once, in the middle of anything. */
  async kill(): Promise<void> {
    const process = this.#process!
    const end = once(process, 'exit')
    process.kill('SIGKILL')
    await end
  }

  client(): Redis {
    const client = new Redis({ port: this.port, maxRetriesPerRequest: 0, retryStrategy: () => 50 })
    client.on('error', () => {})
    return client
  }

  async keys(): Promise<string[]> {
    const client = this.client()
    try {
      return (await client.keys('*')).sort()
    } finally {
      client.disconnect()
    }
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
