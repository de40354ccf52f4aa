/** A server that refuses by an alert and resets the connection after it: two errors of one stream, told in one line. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterAll, expect, it, vi } from 'vitest'
import { openRedis } from '../../src/queue/connect.ts'
import { makeCertificates, WITHOUT_TLS } from '../support/certificates.ts'
import { hasRedis } from '../support/redis.ts'

const folder = mkdtempSync(join(tmpdir(), 'alert-'))
afterAll(() => rmSync(folder, { recursive: true }))

it.skipIf(!hasRedis || WITHOUT_TLS !== '')(
  'refuses in one line where a reset follows the alert',
  async () => {
    const { authority, certificate, key } = makeCertificates(folder, 'own')
    const server = tls.createServer({
      key: readFileSync(key),
      cert: readFileSync(certificate),
      requestCert: true,
      rejectUnauthorized: true,
    })
    server.on('tlsClientError', () => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const errors: string[] = []
    const { connect } = tls
    const patched = (options: tls.ConnectionOptions) => {
      const stream = connect({ ...options, ca: readFileSync(authority) })
      stream.once('error', ({ code }: NodeJS.ErrnoException) => {
        errors.push(code!)
        // As its read does, after the alert.
        stream.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
      })
      stream.once('close', (hadError) => errors.push(String(hadError)))
      return stream
    }
    vi.spyOn(tls, 'connect').mockImplementation(patched as typeof tls.connect)
    const address = { host: 'localhost', port, db: 0, isTls: true, prefix: 'deepbsde' }
    const shown = { username: 'u', password: 'p', shown: 'rediss://here' }
    await expect(openRedis({ ...address, ...shown })).rejects.toThrow(/rediss:\/\/here closed the connection/)
    await vi.waitFor(() => expect(errors).toEqual(['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'true']))
    vi.restoreAllMocks()
    server.close()
  },
)
