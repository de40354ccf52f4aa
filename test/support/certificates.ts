/** Certificates of a test's own, made by openssl in a folder of its own: an authority, and one for this machine that it has signed. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const hasTls = !/Bad directive/.test(
  String(spawnSync('redis-server', ['--port', '0', '--tls-port', '0', '--save', '']).stdout),
)

/** Why there is no server with TLS here; empty where there is one. */
export const WITHOUT_TLS = [
  hasOpenssl ? '' : 'no openssl on this machine',
  hasTls ? '' : 'redis-server was built without TLS',
]
  .filter((reason) => reason !== '')
  .join(', ')

export interface Certificates {
  /** The authority's own. */
  authority: string
  certificate: string
  key: string
}

/** For `localhost` by that name alone, for two days. */
export function makeCertificates(folder: string, name: string): Certificates {
  const at = (file: string) => join(folder, `${name}-${file}`)
  const files = { authority: at('ca.crt'), certificate: at('own.crt'), key: at('own.key') }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  const days = ['-days', '2']
  openssl('req', '-x509', ...newKey, ...days, '-subj', `/CN=${name}`, '-keyout', at('ca.key'), '-out', files.authority) // biome-ignore format: a command
  openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', files.key, '-out', at('own.csr'))
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost')
  const signed = ['-CA', files.authority, '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names')]
  openssl('x509', '-req', '-in', at('own.csr'), ...signed, ...days, '-out', files.certificate)
  return files
}
