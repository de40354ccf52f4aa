import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadProblem } from '../../src/page/catalog.ts'
import { queueAddress } from '../../src/queue/address.ts'
import { jobData, jobFrom } from '../../src/queue/job-data.ts'
import { identityOf, identityText, jobId, queueName, runOfJob } from '../../src/queue/names.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

describe('the address of a queue', () => {
  it('has its secrets from the environment, and shows none', () => {
    const env = { DEEPBSDE_QUEUE: 'rediss://me:s3%2Fcret@host.example:6380/2', DEEPBSDE_QUEUE_PREFIX: 'mine' }
    const address = queueAddress(undefined, env)
    expect(address).toEqual({
      host: 'host.example',
      port: 6380,
      db: 2,
      isTls: true,
      prefix: 'mine',
      username: 'me',
      password: 's3/cret',
      shown: 'rediss://host.example:6380/2', // biome-ignore format: an address
    })
    const given = queueAddress('redis://[::1]', { DEEPBSDE_QUEUE_USER: 'u', DEEPBSDE_QUEUE_PASSWORD: 'p' })
    expect(given).toMatchObject({
      host: '::1',
      port: 6379,
      db: 0,
      username: 'u',
      password: 'p',
      prefix: 'deepbsde',
    })
    expect(given.shown).toBe('redis://[::1]:6379/0')
  })

  it.each([
    ['redis://me:hidden@host', /a password on the command line can be read by everybody/],
    ['http://host:hidden', /--queue is no address of a Redis/],
    ['hidden', /--queue is no address of a Redis/],
    ['redis://host/hidden', /the database behind the address is a number/],
  ])('refuses %s without quoting it', (text, message) => {
    const refuse = () => queueAddress(text, {})
    expect(refuse).toThrow(message)
    expect(refuse).not.toThrow(/hidden/)
  })

  it('is asked for where there is none', () => {
    expect(() => queueAddress(undefined, {})).toThrow(/no queue is given. Use --queue redis:\/\/host:6379/)
    expect(() => queueAddress('redis://host', {}, 'a b')).toThrow(/a queue's prefix is letters/)
  })
})

describe('the libraries of the queue', () => {
  it('are loaded where a queue is asked for alone, and are no dependency', () => {
    const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    )
    for (const file of files) {
      const text = readFileSync(`${root}src/${file}`, 'utf8')
      expect(text, file).not.toMatch(/^import (?!type )[^\n]*'(bullmq|ioredis)'/m)
    }
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(`${root}package.json`, 'utf8'),
    )
    for (const name of ['bullmq', 'ioredis']) {
      expect(dependencies[name] ?? optionalDependencies[name]).toBeUndefined()
      expect(peerDependencies[name]).toBeDefined()
      expect(peerDependenciesMeta[name]).toEqual({ optional: true })
    }
  })
})

describe('names', () => {
  it('tell versions and kernels apart', () => {
    const name = queueName(identityOf('simd'))
    expect(name).not.toBe(queueName(identityOf('reference')))
    expect(name).not.toContain(':')
    expect(identityText(name)).toMatch(/^deepbsde \d+\.\d+\.\d+, V8 \d+\.\d+, kernel simd$/)
    expect(runOfJob(jobId('a/b', 'key'))).toBe('a/b')
  })
})

describe('a job', async () => {
  const heat = await loadProblem('heat')
  const own = { ...heat, id: 'mine', reference: undefined, published: undefined }
  const options = { paths: 256, seed: 3, kernel: 'simd' as const, samples: true }
  const none = async () => null

  it('is text and numbers, and comes back as it was', async () => {
    const sent = await jobData({ page: heat, settings: { dim: 2 }, options })
    expect(sent).toEqual({
      data: { builtIn: 'heat', settings: { dim: 2 }, options: { paths: 256, seed: 3, kernel: 'simd' } },
      page: null,
    })
    expect(await jobFrom(JSON.parse(JSON.stringify(sent.data)), none)).toMatchObject({
      page: heat,
      settings: { dim: 2 },
    })
    const other = await jobData({ page: own, settings: {}, options })
    expect(other.data.builtIn).toBeUndefined()
    const back = await jobFrom(JSON.parse(JSON.stringify(other.data)), async (digest) =>
      digest === other.data.digest ? other.page : null,
    )
    expect(back?.page).toMatchObject({ id: 'mine', driver: heat.driver, terminal: heat.terminal })
    expect(await jobFrom(other.data, none)).toBeNull()
  })

  it.each<[string, object, string | null]>([
    ['a file to write', { builtIn: 'heat', settings: {}, options: { save: '/tmp/x' } }, null],
    ['another file', { builtIn: 'heat', settings: {}, options: { checkpoint: '/tmp/x' } }, null],
    ['threads', { builtIn: 'heat', settings: {}, options: { workers: 64 } }, null],
    ['a path', { builtIn: '../heat', settings: {}, options: {} }, null],
    ['no such problem', { builtIn: 'constructor', settings: {}, options: {} }, null],
    ['code', { builtIn: 'heat', settings: { dim: 'process.exit()' }, options: {} }, null],
    ['something more', { builtIn: 'heat', settings: {}, options: {}, run: 1 }, null],
    ['nothing', {}, null],
    ['another page', { digest: '0'.repeat(32), settings: {}, options: {} }, '{"driver":"0"}'],
  ])('is refused with %s in it', async (_, form, page) => {
    await expect(jobFrom(form, async () => page)).rejects.toThrow(
      /the job is none that|the job asks for|is not the one/,
    )
  })

  it('has a page that is read under the limits of any page', async () => {
    const hostile = { ...own, driver: `${'sin('.repeat(600)}y${')'.repeat(600)}` }
    const { data, page } = await jobData({ page: hostile, settings: {}, options: {} })
    const read = await jobFrom(data, async () => page).then(
      async (job) => (await import('../../src/runs/job.ts')).solveJob(job!, { workers: 1 }, {}),
      (error) => error,
    )
    expect(read.kind ?? read.name).toMatch(/refused|UserError/)
    const large = { ...own, let: { a: `0${'+ 1'.repeat(400_000)}` } }
    await expect(jobData({ page: large, settings: {}, options: {} })).rejects.toThrow(/a page has at most/)
  })
})
