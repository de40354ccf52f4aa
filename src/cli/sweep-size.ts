/** A sweep that is larger than people mean: told before it begins, with the time that it would take. */
import { availableParallelism } from 'node:os'
import { UserError } from '../errors/errors.ts'
import { solveJob } from '../runs/job.ts'
import { runsAtOnce } from '../runs/local.ts'
import { formatCount, formatWholeSeconds } from '../solution/format.ts'
import { countRuns, type SweepRequest, sweepRuns } from '../sweeps/runs.ts'
import type { ManyFlags } from './many.ts'
import { say } from './print.ts'

/** Runs that begin without a question. */
const MOST_UNASKED = 10_000
/** The trial of one run is cut off after this. */
const TRIAL_MS = 20_000

/** @throws UserError with the number of runs, and about how long they would take here */
export async function refuseTooMany(request: SweepRequest, flags: ManyFlags): Promise<void> {
  const count = countRuns(request)
  if (count <= MOST_UNASKED) return
  if (!flags.quiet) say(`${formatCount(count)} runs: trying one of them for their time\n`)
  const one = await timeOfOne(request)
  const { workers = availableParallelism() } = flags
  const total = (count * one.ms) / runsAtOnce(count, flags.atOnce ?? workers)
  throw new UserError(
    `${request.page.id}: ${formatCount(count)} runs would take ${one.isLeast ? 'more than' : 'about'} ${longTime(total)} here. Vary less, or begin all the same with --yes.`,
  )
}

/** The first run, on one thread. */
async function timeOfOne(request: SweepRequest): Promise<{ ms: number; isLeast: boolean }> {
  const { vary, cases, seeds } = request
  const first = {
    ...request,
    vary: vary.map(({ name, values }) => ({ name, values: values.slice(0, 1) })),
    cases: cases.slice(0, 1),
    seeds: seeds.slice(0, 1),
  }
  const [{ job }] = sweepRuns(first)
  const startedAt = performance.now()
  const outcome = await solveJob(job, { workers: 1 }, { signal: AbortSignal.timeout(TRIAL_MS) })
  return { ms: performance.now() - startedAt, isLeast: outcome === null }
}

const DAY_MS = 86_400_000

function longTime(ms: number): string {
  const days = ms / DAY_MS
  if (days < 2) return formatWholeSeconds(ms)
  return days < 730 ? `${Math.round(days)} days` : `${Math.round(days / 365)} years`
}
