/**
 * Kills runs of every method that keeps checkpoints with SIGKILL at random moments, at least a hundred times unless told otherwise, and
 * resumes them:
 *
 *     node --import tsx bench/kill-harness.ts [kills] [seed]
 *
 * Every checkpoint that is found must be whole, and every run must end with the bits of an uninterrupted one.
 */
import { UniformStream } from '../src/random/uniform.ts'
import {
  KILLED_METHODS,
  type KilledMethod,
  killAndResume,
  type Uninterrupted,
  uninterrupted,
} from '../test/survive/kill.ts'

/** Kills of one run before it is let to its end. */
const KILLS_OF_A_RUN = 8

const wanted = Number(process.argv[2] ?? 100)
const uniform = new UniformStream(Number(process.argv[3] ?? 1), 0, 0)
const expected = new Map<KilledMethod, Uninterrupted>()
for (const method of KILLED_METHODS) expected.set(method, await uninterrupted(method))
const total = { runs: 0, kills: 0, early: 0, found: 0 }
while (total.kills < wanted) {
  const method = KILLED_METHODS[total.runs % KILLED_METHODS.length]
  const story = await killAndResume(method, KILLS_OF_A_RUN, expected.get(method)!, () => uniform.next())
  total.runs++
  for (const key of ['kills', 'early', 'found'] as const) total[key] += story[key]
  console.log(
    `${method}: ${total.kills} kills, ${total.runs} runs ended with the same bits, ${total.found} whole checkpoints found, ${total.early} kills before the first`,
  )
}
