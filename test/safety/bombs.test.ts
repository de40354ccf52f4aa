/** Small pages that ask for minutes or gigabytes end soon, in one line or compiled. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { byDay } from '../support/night.ts'
import { bombs } from './bombs.ts'

interface Taken {
  name: string
  /** Of a processor, which a busy machine gives slowly but does not count. */
  seconds: number
  message: string | null
  /** MB. */
  peak: number
}

/** A second on an idle machine; beside thirty other processes, which spoil the caches, 4.1 were seen. A bomb that goes off takes minutes. */
const MOST_SECONDS = 12
const MOST_MB = 300

/** By day three; each is looked at in a process of its own, whose memory is then known. */
const DEAREST = byDay(3, [
  'matrices squared',
  'lines of text',
  'a million of square roots that know each other',
  'a million with kinks at the end',
  'a start through a product',
  'long formulas',
  'a list of thousands',
  'products of constant matrices',
])
const OTHERS = bombs()
  .map(({ name }) => name)
  .filter((name) => !DEAREST.includes(name))

/** What those of these names took, one after another. */
async function taken(names: readonly string[]): Promise<Taken[]> {
  const file = fileURLToPath(new URL('bomb-process.ts', import.meta.url))
  const loader = process.features.typescript ? [] : ['--import', 'tsx']
  const args = [...loader, file, ...names]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** How one ended, where it ended as it should. */
function lookedAt({ name, seconds, message }: Taken): void {
  expect(seconds, name).toBeLessThan(MOST_SECONDS)
  expect(message ?? '', name).not.toMatch(/NOT A USER ERROR|\n/)
  expect(message?.length ?? 0, name).toBeLessThan(1500)
}

describe('pages that ask for too much', () => {
  it(`end within ${MOST_SECONDS} s of a processor each, in one line or compiled`, async () => {
    const all = await taken(OTHERS)
    expect(all).toHaveLength(OTHERS.length)
    for (const one of all) lookedAt(one)
    expect(all.filter(({ message }) => message === null).length).toBeGreaterThan(5)
  })

  it.each(DEAREST)(`stay below ${MOST_MB} MB too, the reader included: %s`, async (name) => {
    const [one] = await taken([name])
    lookedAt(one)
    expect(one.peak).toBeLessThan(MOST_MB)
  })
})
