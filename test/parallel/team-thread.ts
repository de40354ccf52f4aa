/** One worker thread of a test's team: runs the named scenario and posts what it found. */
import { parentPort, workerData } from 'node:worker_threads'
import { SIGNAL } from '../../src/parallel/signals.ts'
import { AbortedError, Team } from '../../src/parallel/team.ts'

export interface ThreadData {
  scenario: keyof typeof scenarios
  signals: Int32Array
  /** Counters that the scenario shares with its test. */
  shared: Int32Array
  rank: number
  size: number
}

export type ThreadReply = { value: number[] } | { error: string }

/** Pieces and phases of `phases`. */
export const PIECES = 7
export const PHASES = 150

const scenarios = {
  /** Counts every piece of every phase, and whatever is found out of order in the last word. */
  phases(team: Team, shared: Int32Array): number[] {
    const isDone = (phase: number) =>
      Array.from({ length: PIECES }, (_, piece) => Atomics.load(shared, phase * PIECES + piece)).every(
        (count) => count === 1,
      )
    for (let phase = 0; phase < PHASES; phase++) {
      team.forEach(PIECES, (piece) => {
        if (phase > 0 && !isDone(phase - 1)) Atomics.add(shared, PIECES * PHASES, 1)
        Atomics.add(shared, phase * PIECES + piece, 1)
      })
      if (!isDone(phase)) Atomics.add(shared, PIECES * PHASES, 1)
    }
    return []
  },

  /** Phases with no piece, and with fewer pieces than workers. */
  few(team: Team, shared: Int32Array): number[] {
    for (let phase = 0; phase < 100; phase++) team.forEach(phase % 2, () => Atomics.add(shared, 0, 1))
    return []
  },

  /** Iterates until it is asked to stop; says how often it did. */
  untilStopped(team: Team): number[] {
    let iterations = 0
    while (!team.shouldStop()) {
      iterations++
      if (team.rank === 0) team.report(iterations)
    }
    return [iterations]
  },

  /** Only the first worker's word counts. */
  untilDone(team: Team): number[] {
    let iterations = 0
    while (!team.shouldStop(team.rank === 0 ? iterations === 3 : true)) iterations++
    return [iterations]
  },

  /** Phases until a piece of the eighth, whoever has it, calls; says how many there were. */
  untilCalled(team: Team): number[] {
    let phases = 0
    do {
      team.forEach(PIECES, (piece) => {
        if (phases === 7 && piece === 3) team.call(phases + 1)
      })
      phases++
    } while (!team.isCalled(phases))
    return [phases]
  },

  /** Counts every piece of every phase, while now more and now fewer workers rest. */
  resting(team: Team, shared: Int32Array): number[] {
    const iteration = PIECES * PHASES
    for (let k = 0; k < PHASES; k = Atomics.load(shared, iteration)) {
      team.forEach(PIECES, (piece) => Atomics.add(shared, k * PIECES + piece, 1))
      if (team.rank === 0) {
        Atomics.store(shared, iteration, k + 1)
        team.rest(k + 1 === PHASES ? 0 : k % team.size)
      }
      team.barrier()
      team.awaitTurn()
    }
    return [Atomics.load(shared, iteration)]
  },

  /** The first worker lets all others rest, and is aborted. */
  restingForEver(team: Team): number[] {
    team.rest(team.size - 1)
    team.barrier()
    team.awaitTurn()
    for (;;) {
      team.report(1)
      team.barrier()
    }
  },

  /** All but the first come to the barrier. */
  oneMissing(team: Team): number[] {
    if (team.rank !== 0) team.barrier()
    return []
  },

  /** Works until the abort is seen. */
  busy(team: Team): number[] {
    for (;;) {
      team.forEach(PIECES, () => {})
      if (team.rank === 0) team.report(1)
    }
  },

  /** The last of the team fails in its piece; its thread tells the others, as workers/entry.ts does. */
  failing(team: Team, shared: Int32Array, signals: Int32Array): number[] {
    team.forEach(team.size, () => {
      if (Atomics.add(shared, 0, 1) === team.size - 1) {
        Atomics.store(signals, SIGNAL.abort, 1)
        Atomics.notify(signals, SIGNAL.generation)
        throw new RangeError('a failed piece')
      }
    })
    return []
  },
}

const { scenario, signals, shared, rank, size } = (workerData ?? {}) as ThreadData
if (parentPort) parentPort.postMessage(run())

function run(): ThreadReply {
  try {
    return { value: scenarios[scenario](new Team(signals, rank, size), shared, signals) }
  } catch (error) {
    return { error: error instanceof AbortedError ? 'aborted' : String(error) }
  }
}
