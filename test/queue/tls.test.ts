/** A queue behind TLS and a user's password: the bits of one machine, certificates that are looked at, secrets that are not shown. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sweep } from '../../src/index.ts'
import { type Outcome, run, start } from '../cli/run.ts'
import { type Certificates, makeCertificates, WITHOUT_TLS } from '../support/certificates.ts'
import { freePort, hasRedis, TestRedis } from '../support/redis.ts'

if (hasRedis && WITHOUT_TLS !== '')
  console.warn(`${WITHOUT_TLS}: the tests of a queue behind TLS are SKIPPED`)

const PASSWORD = 'not-for-anybody-elses-eyes'
const SWEEP = ['sweep', 'hjb-lq', '--vary', 'lambda=0.1,0.2', '--set', 'dim=2', '--steps', '2', '--json'] // biome-ignore format: a command
const SMALL = ['--iterations', '4', '--paths', '256', '--quiet']
const bits = ({ stdout, stderr }: Outcome) => {
  expect(stdout, stderr).not.toBe('')
  return (JSON.parse(stdout) as Sweep).rows.map(({ elapsedMs: _, ...row }) => row)
}

describe.skipIf(!hasRedis || WITHOUT_TLS !== '')('a queue behind TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'))
  let own: Certificates
  let others: Certificates
  let redis: TestRedis
  let port: number
  beforeAll(async () => {
    own = makeCertificates(folder, 'own')
    others = makeCertificates(folder, 'others')
    port = await freePort()
    redis = await serverWith('no', port)
  })
  afterAll(async () => {
    await redis.stop()
    rmSync(folder, { recursive: true })
  })

  /** Nobody but one user gets in; its plain port is there for the test alone. */
  function serverWith(asksClients: 'no' | 'yes', tlsPort: number): Promise<TestRedis> {
    return TestRedis.start(
      ...['--tls-port', String(tlsPort), '--tls-auth-clients', asksClients],
      ...['--tls-cert-file', own.certificate, '--tls-key-file', own.key, '--tls-ca-cert-file', own.authority],
      ...[
        '--user',
        'default',
        'off',
        '--user',
        'solver',
        'on',
        `>${PASSWORD}`,
        '~deepbsde*',
        '&*',
        '+@all',
        '-@dangerous',
        '+info',
      ],
    )
  }

  const env = (authority: string | undefined, password = PASSWORD) => ({
    DEEPBSDE_QUEUE_USER: 'solver',
    DEEPBSDE_QUEUE_PASSWORD: password,
    ...(authority !== undefined && { NODE_EXTRA_CA_CERTS: authority }),
  })

  it('gives the bits of one machine to whoever knows its authority and the password, and leaves nothing', async () => {
    const here = await run([...SWEEP, ...SMALL, '--workers', '1'])
    const worker = start(['worker', '--queue', `rediss://localhost:${port}`, '--workers', '1'], env(own.authority)) // biome-ignore format: a command
    const queue = ['--queue', `rediss://localhost:${port}`]
    const through = await start([...SWEEP, ...SMALL, ...queue], env(own.authority)).outcome
    const shown = await start(['queue', ...queue], env(own.authority)).outcome
    worker.process.kill('SIGTERM')
    const worked = await worker.outcome
    expect(bits(through)).toEqual(bits(here))
    expect(shown.stdout).toContain(`rediss://localhost:${port}/0`)
    for (const { stdout, stderr } of [through, shown, worked]) {
      expect(stdout + stderr).not.toMatch(/Warning/)
      expect(stdout + stderr).not.toContain(PASSWORD)
    }
    const client = new Redis({ port: redis.port, username: 'solver', password: PASSWORD })
    const left = (await client.scan('0', 'COUNT', 10_000))[1].filter((key) => /hjb-lq|owner|shared/.test(key))
    client.disconnect()
    expect(left).toEqual([])
  })

  it('takes an address with user and password from the environment', async () => {
    const address = `rediss://solver:${PASSWORD}@localhost:${port}`
    const { exitCode, stdout } = await start(['queue'], {
      DEEPBSDE_QUEUE: address,
      NODE_EXTRA_CA_CERTS: own.authority,
    }).outcome
    expect([exitCode, stdout.includes(PASSWORD)]).toEqual([0, false])
  })

  it('is refused in one line with another authority, password, name or protocol', async () => {
    const asking = await freePort()
    const server = await serverWith('yes', asking)
    const url = `rediss://localhost:${port}`
    const unknown =
      /certificate of rediss:\S+ is of an authority that is not known here .* Set NODE_EXTRA_CA_CERTS/
    const cases: [string, RegExp, NodeJS.ProcessEnv][] = [
      [url, unknown, env(undefined)],
      [url, unknown, env(others.authority)],
      [url, /does not let us in: user or password is wrong/, env(own.authority, 'wrong-secret')],
      [`rediss://127.0.0.1:${port}`, /is that of another name/, env(own.authority)],
      [`redis://localhost:${port}`, /use rediss:\/\/ where it has TLS/, env(own.authority)],
      [`rediss://localhost:${redis.port}`, /or redis:\/\/ where it has no TLS/, env(own.authority)],
      [`rediss://localhost:${asking}`, /Set tls-auth-clients no there/, env(own.authority)],
    ]
    try {
      // At once: they wait for the server far longer than they compute.
      const outcomes = await Promise.all(
        cases.map(([queue, , given]) => start([...SWEEP, '--quiet', '--queue', queue], given).outcome),
      )
      for (const [k, [, message]] of cases.entries()) {
        const { exitCode, stdout, stderr } = outcomes[k]
        expect([exitCode, stdout, stderr.trimEnd().split('\n').length], stderr).toEqual([2, '', 1])
        expect(stderr).toMatch(message)
        expect(stderr).not.toMatch(/secret|not-for-anybody/)
      }
    } finally {
      await server.stop()
    }
  })
})
