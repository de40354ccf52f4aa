/**
 * Rounds of fresh paths, of the estimate and of the bounds, on several machines: this one prepares them and adds their values up in the order of the
 * rounds, so that the sums are those of one machine, to the bit.
 */
import { COLUMNS as BOUNDS_COLUMNS, type BoundsPlan, RESULT } from '../../bounds/plan.ts'
import { BoundsSums, boundsRoundAt } from '../../bounds/sums.ts'
import type { EstimatePlans } from '../../estimation/estimate.ts'
import { COLUMNS } from '../../estimation/plan.ts'
import { EstimateSums, roundAt } from '../../estimation/sums.ts'
import type { Views } from '../../memory/views.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { RunState, ShareRounds } from '../helpers.ts'
import type { Session } from '../session.ts'

/** As the stage `estimate`, with the rounds done by whoever helps. @param resolved options after defaults */
export async function estimateWithHelp(
  session: Session,
  problem: CompiledProblem,
  plans: EstimatePlans,
  resolved: object,
  views: Views,
  share: ShareRounds,
  onProgress: (paths: number) => void,
): Promise<void> {
  const plan = plans.estimate
  const preparation: EstimatePlans = { ...plans, estimate: { ...plan, part: 'preparation' } }
  await session.run('deep-bsde', 'estimate', problem, preparation, () => {})
  const rounds = await share(stateOf(views, session, resolved))
  try {
    const sums = new EstimateSums(views.doubles, plan)
    for (let done = 0; done === 0 || !sums.isEnough(done); ) {
      const { paths, grids } = roundAt(plan, done)
      const values = await rounds.values(done, plan.options.paths)
      if (values === null) return
      views.doubles.set(values.subarray(0, paths * COLUMNS), plan.values)
      sums.add(paths, grids)
      done += paths
      onProgress(done)
    }
  } finally {
    await rounds.close()
  }
}

/** What values of a round depend on. */
function stateOf({ memory }: Views, { arena }: Session, resolved: object): RunState {
  const regions = arena.kept('rounds')
  const parts = regions.map(({ at, bytes }) => new Uint8Array(memory.buffer, at, bytes))
  const arrays = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let to = 0
  for (const part of parts) {
    arrays.set(part, to)
    to += part.length
  }
  return { fingerprint: JSON.stringify(resolved), regions: regions.map(({ bytes }) => bytes), arrays }
}

/** As the stage `bound`, likewise. @param plan of the bounds */
export async function boundWithHelp(
  session: Session,
  problem: CompiledProblem,
  plan: BoundsPlan,
  resolved: object,
  views: Views,
  share: ShareRounds,
  onProgress: (paths: number) => void,
): Promise<void> {
  const stage = (part: BoundsPlan['part']) =>
    session.run('deep-bsde', 'bound', problem, { ...plan, part }, () => {})
  await stage('preparation')
  const source = views.doubles[plan.result + RESULT.source]
  const rounds = await share({ ...stateOf(views, session, resolved), source })
  try {
    const sums = new BoundsSums(views.doubles, plan)
    for (let done = 0; done < plan.paths; ) {
      const paths = boundsRoundAt(plan, done)
      const values = await rounds.values(done, plan.paths)
      if (values === null) return
      views.doubles.set(values.subarray(0, paths * BOUNDS_COLUMNS), plan.values)
      sums.add(paths)
      done += paths
      onProgress(done)
    }
  } finally {
    await rounds.close()
  }
  await stage('end')
}
