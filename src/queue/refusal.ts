/** Why a queue could not be used, from what the client says to what a person can do, in one line. */
import { UserError } from '../errors/errors.ts'
import { PASSWORD_VARIABLE, type QueueAddress, USER_VARIABLE } from './address.ts'

/** A server that says nothing. */
export class SilenceError extends Error {}

const UNKNOWN_AUTHORITY = /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|CERT_UNTRUSTED/
const OUT_OF_TIME = /CERT_(HAS_EXPIRED|NOT_YET_VALID)/

/** A message of the server may quote what we sent, and is not shown. */
export function refusal(address: QueueAddress, error: Error & { code?: string }): UserError {
  const { shown } = address
  const { message, code } = error
  if (/WRONGPASS|NOAUTH|invalid password|without any password|NOPERM/.test(message)) {
    return new UserError(
      `${shown} does not let us in: user or password is wrong, or not given. Set ${USER_VARIABLE} and ${PASSWORD_VARIABLE}.`,
    )
  }
  if (/Protocol error|ERR unknown command/.test(message) || error instanceof SilenceError) {
    return noRedis(address)
  }
  if (/CERT|SELF_SIGNED|VERIFY_LEAF/.test(code ?? '')) return certificate(address, code!)
  if (code === 'ECONNRESET' || /closed/i.test(message)) return closed(address)
  if (/^E[A-Z]+$/.test(code ?? '') || /ETIMEDOUT/i.test(message)) {
    return new UserError(
      `the queue at ${shown} cannot be reached (${code ?? 'it is silent'}). Start Redis there, or give another address.`,
    )
  }
  return new UserError(
    `the queue at ${shown} cannot be used (${code ?? message.slice(0, 80)}). Give another address.`,
  )
}

export function noRedis({ shown, isTls }: QueueAddress): UserError {
  const other = isTls ? ', or redis:// where it has no TLS' : ''
  return new UserError(`${shown} does not answer as a Redis does. Give the address of one${other}.`)
}

function certificate({ shown }: QueueAddress, code: string): UserError {
  if (code.includes('CERTIFICATE_REQUIRED')) return clientCertificate(shown)
  const its = `the certificate of ${shown}`
  if (UNKNOWN_AUTHORITY.test(code)) {
    return new UserError(
      `${its} is of an authority that is not known here (${code}). Set NODE_EXTRA_CA_CERTS to a file with its certificate.`,
    )
  }
  if (OUT_OF_TIME.test(code)) {
    return new UserError(`${its} is not valid today (${code}). Renew it, or set the clock.`)
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new UserError(`${its} is that of another name. Give the address that it was made for.`)
  }
  return new UserError(`${its} is refused (${code}). Give the server another.`)
}

/** What a server does that speaks TLS alone, or that wants to see a certificate first. */
function closed({ shown, isTls }: QueueAddress): UserError {
  if (isTls) return clientCertificate(shown)
  return new UserError(
    `the queue at ${shown} cannot be reached (it closed the connection). Start Redis there, or use rediss:// where it has TLS.`,
  )
}

function clientCertificate(shown: string): UserError {
  return new UserError(
    `the queue at ${shown} closed the connection: it may ask for certificates of its clients, which have none. Set tls-auth-clients no there.`,
  )
}
