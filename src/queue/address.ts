/** Where a queue is, and who asks: an address without secrets, which come from the environment and go nowhere else. */
import { UserError } from '../errors/errors.ts'

/** The address, where none is given on the command line; it may hold user and password. */
const ADDRESS_VARIABLE = 'DEEPBSDE_QUEUE'
export const USER_VARIABLE = 'DEEPBSDE_QUEUE_USER'
export const PASSWORD_VARIABLE = 'DEEPBSDE_QUEUE_PASSWORD'
/** In front of every key on a shared server. */
const PREFIX_VARIABLE = 'DEEPBSDE_QUEUE_PREFIX'

const PREFIX = 'deepbsde'
const ADVICE = `Use --queue redis://host:6379, or rediss:// with TLS`

export interface QueueAddress {
  host: string
  port: number
  db: number
  isTls: boolean
  prefix: string
  username: string | undefined
  password: string | undefined
  /** `redis://host:6379/0`: what may be printed. */
  shown: string
}

/**
 * @param given of the command line; `undefined` takes that of the environment
 * @throws UserError for what is no address, and for a password where everybody on the machine can read it
 */
export function queueAddress(
  given: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  prefix: string = env[PREFIX_VARIABLE] || PREFIX,
): QueueAddress {
  const text = given ?? env[ADDRESS_VARIABLE]
  if (text === undefined || text === '') {
    throw new UserError(`no queue is given. ${ADVICE}, or set ${ADDRESS_VARIABLE}.`)
  }
  const what = given === undefined ? ADDRESS_VARIABLE : '--queue'
  const url = parsed(text, what)
  if (given !== undefined && url.password !== '') {
    throw new UserError(
      `--queue: a password on the command line can be read by everybody on this machine. Put it into ${PASSWORD_VARIABLE}.`,
    )
  }
  if (!/^[\w.-]{1,64}$/.test(prefix)) {
    throw new UserError(
      `a queue's prefix is letters, digits, '.', '-' and '_', at most 64 of them. Use ${PREFIX}.`,
    )
  }
  const [host, port] = [url.hostname.replace(/^\[|\]$/g, ''), Number(url.port || 6379)]
  const db = databaseOf(url, what)
  return {
    host,
    port,
    db,
    isTls: url.protocol === 'rediss:',
    prefix,
    username: decodeURIComponent(url.username) || env[USER_VARIABLE] || undefined,
    password: decodeURIComponent(url.password) || env[PASSWORD_VARIABLE] || undefined,
    shown: `${url.protocol}//${url.hostname}:${port}/${db}`,
  }
}

/** Nothing of the text is quoted: there may be a password in it. */
function parsed(text: string, what: string): URL {
  const url = URL.parse?.(text) ?? (URL.canParse(text) ? new URL(text) : null)
  const isRedis = url?.protocol === 'redis:' || url?.protocol === 'rediss:'
  if (url === null || !isRedis || url.hostname === '') {
    throw new UserError(`${what} is no address of a Redis. ${ADVICE}.`)
  }
  return url
}

function databaseOf({ pathname }: URL, what: string): number {
  const name = pathname.replace(/^\//, '')
  if (/^\d{0,4}$/.test(name)) return Number(name)
  throw new UserError(`${what}: the database behind the address is a number. Use redis://host:6379/0.`)
}
