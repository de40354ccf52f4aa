/** A team of one, two and three threads: pieces, barriers, stopping and aborting. No test waits for a time. */
import { describe, expect, it } from 'vitest'
import { abortTeam, SIGNAL, SIGNAL_WORDS, stopTeam } from '../../src/parallel/signals.ts'
import { AbortedError, Team } from '../../src/parallel/team.ts'
import { reached, startThread } from '../support/threads.ts'
import { PHASES, PIECES, type ThreadData, type ThreadReply } from './team-thread.ts'

const SIZES = [1, 2, 3]
const file = new URL('./team-thread.ts', import.meta.url)

const words = (count: number) => new Int32Array(new SharedArrayBuffer(4 * count))

function startTeam(scenario: ThreadData['scenario'], size: number) {
  const signals = words(SIGNAL_WORDS)
  const shared = words(PIECES * PHASES + 1)
  const replies = Promise.all(
    Array.from({ length: size }, (_, rank) => {
      const data: ThreadData = { scenario, signals, shared, rank, size }
      return startThread<ThreadReply>(file, data)
    }),
  )
  return { signals, shared, replies }
}

describe.each(SIZES)('a team of %i', (size) => {
  it('runs each piece once, on one worker, and no piece before the phase before it has ended', async () => {
    const { signals, shared, replies } = startTeam('phases', size)
    expect(await replies).toEqual(Array(size).fill({ value: [] }))
    const counts = shared.subarray(0, PIECES * PHASES)
    expect(counts.every((count) => count === 1)).toBe(true)
    expect(shared[PIECES * PHASES]).toBe(0)
    expect(signals[SIGNAL.generation]).toBe(PHASES)
    expect([signals[SIGNAL.arrived], signals[SIGNAL.claim]]).toEqual([0, 0])
  })

  it('takes phases without a piece, or with fewer pieces than workers', async () => {
    const { shared, replies } = startTeam('few', size)
    expect(await replies).toEqual(Array(size).fill({ value: [] }))
    expect(shared[0]).toBe(50)
  })

  it('runs each piece once while some of it rest, and has all of it at the end', async () => {
    const { shared, replies } = startTeam('resting', size)
    expect(await replies).toEqual(Array(size).fill({ value: [PHASES] }))
    expect(shared.subarray(0, PIECES * PHASES).every((count) => count === 1)).toBe(true)
  })

  it('is aborted while some of it rest', async () => {
    const { signals, replies } = startTeam('restingForEver', size)
    await reached(signals, SIGNAL.progress, 1)
    abortTeam(signals)
    expect(await replies).toEqual(Array(size).fill({ error: 'aborted' }))
  })

  it('stops after the same iteration everywhere', async () => {
    const { signals, replies } = startTeam('untilStopped', size)
    await reached(signals, SIGNAL.progress, 5)
    stopTeam(signals)
    const counts = (await replies).map((reply) => ('value' in reply ? reply.value[0] : reply.error))
    expect(new Set(counts).size).toBe(1)
    expect(counts[0]).toBeGreaterThanOrEqual(5)
  })

  it('stops at once where it was asked before it began', async () => {
    const signals = words(SIGNAL_WORDS)
    stopTeam(signals)
    expect(new Team(signals, 0, 1).shouldStop()).toBe(true)
  })

  it('ends where its first worker is done, whatever the others say', async () => {
    const { replies } = startTeam('untilDone', size)
    expect(await replies).toEqual(Array(size).fill({ value: [3] }))
  })

  it('comes together behind the phase in which a piece called it', async () => {
    const { replies } = startTeam('untilCalled', size)
    expect(await replies).toEqual(Array(size).fill({ value: [8] }))
  })

  it('leaves a running phase when it is aborted', async () => {
    const { signals, replies } = startTeam('busy', size)
    await reached(signals, SIGNAL.progress, 1)
    abortTeam(signals)
    expect(await replies).toEqual(Array(size).fill({ error: 'aborted' }))
  })

  it('is freed from the barrier when one fails, and only that one says why', async () => {
    const { replies } = startTeam('failing', size)
    const errors = (await replies).map((reply) => ('error' in reply ? reply.error : 'none')).sort()
    expect(errors).toEqual(['RangeError: a failed piece', ...Array(size - 1).fill('aborted')])
  })
})

describe('workers that wait at a barrier', () => {
  it.each([2, 3])('leave it when a team of %i is aborted', async (size) => {
    const { signals, replies } = startTeam('oneMissing', size)
    await reached(signals, SIGNAL.arrived, size - 1)
    abortTeam(signals)
    const [missing, ...waiting] = await replies
    expect(missing).toEqual({ value: [] })
    expect(waiting).toEqual(Array(size - 1).fill({ error: 'aborted' }))
  })

  it('do not pass one that was aborted before they came', () => {
    const signals = words(SIGNAL_WORDS)
    abortTeam(signals)
    expect(() => new Team(signals, 0, 1).barrier()).toThrow(AbortedError)
    expect(() => new Team(signals, 0, 2).barrier()).toThrow(AbortedError)
    expect(() => new Team(signals, 0, 1).shouldStop()).toThrow(AbortedError)
  })
})

describe('a team of one', () => {
  it('takes its pieces in order', () => {
    const team = new Team(words(SIGNAL_WORDS), 0, 1)
    const pieces: number[] = []
    team.forEach(5, (piece) => pieces.push(piece))
    team.forEach(2, (piece) => pieces.push(piece))
    expect(pieces).toEqual([0, 1, 2, 3, 4, 0, 1])
  })

  it('tells its progress', () => {
    const signals = words(SIGNAL_WORDS)
    new Team(signals, 0, 1).report(17)
    expect(signals[SIGNAL.progress]).toBe(17)
  })
})
