/**
 * Kills runs with SIGKILL at random moments, at least a hundred times unless told otherwise, and resumes them:
 *
 *     node bench/kill-harness.ts [kills] [seed]
 *
 * Every checkpoint that is found must be whole, and every run must end with the bits of an uninterrupted one.
 */
import { UniformStream } from '../src/random/uniform.ts'
import { killAndResume, uninterrupted } from '../test/survive/kill.ts'

/** Kills of one run before it is let to its end. */
const KILLS_OF_A_RUN = 8

const wanted = Number(process.argv[2] ?? 100)
const seed = Number(process.argv[3] ?? 1)
const uniform = new UniformStream(seed, 0, 0)
const expected = await uninterrupted()
const total = { runs: 0, kills: 0, early: 0, found: 0 }
while (total.kills < wanted) {
  const story = await killAndResume(KILLS_OF_A_RUN, expected, () => uniform.next())
  total.runs++
  for (const key of ['kills', 'early', 'found'] as const) total[key] += story[key]
  console.log(
    `${total.kills} kills, ${total.runs} runs ended with the same bits, ${total.found} whole checkpoints found, ${total.early} kills before the first`,
  )
}
