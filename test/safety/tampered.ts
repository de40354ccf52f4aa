/** State files changed by someone who can sign them again: the checksum holds, the content is anything. */
import { createHash } from 'node:crypto'
import { CHECKSUM_BYTES, HEADER_BYTES } from '../../src/checkpoint/format.ts'
import type { Random } from '../../src/problem/sample.ts'

const STRANGE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e308,
  2 ** 53,
  '',
  'text',
  '__proto__',
  '<script>alert(1)</script>',
  '\u001b[2J\u0007',
  '../../etc/passwd',
  'process.exit(7)',
  'a'.repeat(30_000),
  [],
  [[[]]],
  {},
  { constructor: 1 },
  [1, 2, 3],
]
const STRANGE_KEYS = ['__proto__', 'constructor', 'save', 'checkpoint', 'workers', 'then', '\u001b[31m']

/** The file's description and arrays changed, and signed. */
export function resigned(
  file: Buffer,
  change: (description: Record<string, unknown>, arrays: Buffer) => unknown,
): Buffer {
  const length = file.readUInt32LE(12)
  const arrays = Buffer.from(file.subarray(HEADER_BYTES + length, file.length - CHECKSUM_BYTES))
  const description = JSON.parse(file.toString('utf8', HEADER_BYTES, HEADER_BYTES + length))
  const changed = change(description, arrays) ?? description
  const text = Buffer.from(JSON.stringify(changed), 'utf8')
  const header = Buffer.from(file.subarray(0, HEADER_BYTES))
  header.writeUInt32LE(text.length, 12)
  const whole = Buffer.concat([header, text, arrays])
  return Buffer.concat([whole, createHash('sha256').update(whole).digest()])
}

/** One random change, of the description mostly. */
export function tampered(file: Buffer, random: Random): Buffer {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]
  if (random() < 0.1) return damaged(file, random)
  return resigned(file, (description, arrays) => {
    if (random() < 0.15 && arrays.length >= 8) {
      const at = 8 * Math.floor(random() * (arrays.length / 8))
      arrays.writeDoubleLE(pick([Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300, 1e-310, random()]), at)
      return
    }
    const places = placesIn(description)
    const { owner, key } = pick(places)
    const kind = random()
    if (kind < 0.15) delete owner[key]
    else if (kind < 0.3) owner[pick(STRANGE_KEYS)] = pick(STRANGE)
    else if (kind < 0.4 && typeof owner[key] === 'string') owner[key] = `${owner[key]}${pick(STRANGE)}`
    else if (kind < 0.5 && typeof owner[key] === 'number') owner[key] = owner[key] * pick([-1, 2, 1.5, 1e9])
    else owner[key] = pick(STRANGE)
  })
}

/** Bytes changed, cut or added, not signed. */
function damaged(file: Buffer, random: Random): Buffer {
  const at = Math.floor(random() * file.length)
  if (random() < 0.3) return file.subarray(0, at)
  const bytes = Buffer.from(file)
  for (let k = 0; k < 3; k++) bytes[Math.floor(random() * file.length)] ^= 1 << Math.floor(random() * 8)
  return random() < 0.2 ? Buffer.concat([bytes, Buffer.from('!')]) : bytes
}

interface Place {
  owner: Record<string, unknown>
  key: string
}

function placesIn(value: object): Place[] {
  return Object.entries(value).flatMap(([key, entry]) => {
    const own: Place = { owner: value as Record<string, unknown>, key }
    return typeof entry === 'object' && entry !== null ? [own, ...placesIn(entry)] : [own]
  })
}
