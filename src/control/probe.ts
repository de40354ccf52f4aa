/**
 * Whether more training would still lower the cost: it goes on for a while at the problem's own rate and batch, and the policies before
 * and after run on the same fresh paths. The trained policy is then put back: the answer is for the verdict alone.
 *
 * A learning rate that descends to zero makes every cost look settled, so the costs of training itself cannot tell.
 */
import { rateAt } from '../optimizer/schedule.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { STREAM } from '../random/streams.ts'
import { CHUNK_ROWS, POLICY_STATE, type PolicyPlan, PROBE_CHUNKS } from './plan.ts'
import type { PolicyTrainer } from './train.ts'

/** Further iterations as a share of those done, and their least number. */
const SHARE = 0.1
const FEWEST = 20
/** How many further iterations the probe of a training takes. */
export function probeIterations(iterations: number): number {
  return Math.max(FEWEST, Math.ceil(SHARE * iterations))
}

/** Every worker of the team runs this, once the policy of `plan` is trained. */
export function probeTraining(context: WorkerContext, plan: PolicyPlan, trainer: PolicyTrainer): void {
  const { team, views } = context
  const { options, ownNetworks, blocks, averages, network } = plan
  const copy = (from: number, to: number) =>
    views.floats.copyWithin(to / 4, from / 4, from / 4 + network.trainable)
  team.forEach(ownNetworks, (n) => copy(blocks[n].theta, averages[n]))
  runPaths(context, plan, trainer, 0)
  const more = probeIterations(options.iterations)
  const schedule = { name: 'cosine', rate: options.probeRate, warmup: 0 } as const
  for (let k = 0; k < more; k++) {
    if (team.shouldStop()) break
    trainer.sweep(options.iterations + k, options.probeBatch)
    const rate = rateAt(schedule, k, more, 0)
    team.forEach(ownNetworks, (n) => trainer.update(n, rate, options.probeBatch, k, true))
  }
  runPaths(context, plan, trainer, 1)
  team.forEach(ownNetworks, (n) => copy(averages[n], blocks[n].theta))
  if (team.rank === 0) writeGain(views.doubles, plan)
}

/** Mean costs of chunks of fresh paths under the parameters of the moment, to row 0 or 1 of `probeCosts`. */
function runPaths(
  { team, views }: WorkerContext,
  { probeCosts, options }: PolicyPlan,
  { rollout }: PolicyTrainer,
  row: 0 | 1,
): void {
  const { doubles } = views
  const iteration = options.iterations + probeIterations(options.iterations)
  team.forEach(PROBE_CHUNKS, (chunk) => {
    rollout.forward(STREAM.training, iteration, chunk * CHUNK_ROWS, CHUNK_ROWS)
    const cost = rollout.buffers.cost / 8
    let mean = 0
    for (let r = 0; r < CHUNK_ROWS; r++) mean += doubles[cost + r] / CHUNK_ROWS
    doubles[probeCosts / 8 + row * PROBE_CHUNKS + chunk] = mean
  })
}

/** Chunks are independent, also where their paths are pairs of opposite noise. */
function writeGain(doubles: Float64Array, { probeCosts, state }: PolicyPlan): void {
  const from = probeCosts / 8
  const change = (chunk: number) => doubles[from + chunk] - doubles[from + PROBE_CHUNKS + chunk]
  let [cost, gain, variance] = [0, 0, 0]
  for (let chunk = 0; chunk < PROBE_CHUNKS; chunk++) {
    cost += doubles[from + chunk] / PROBE_CHUNKS
    gain += change(chunk) / PROBE_CHUNKS
  }
  for (let chunk = 0; chunk < PROBE_CHUNKS; chunk++) {
    variance += (change(chunk) - gain) ** 2 / (PROBE_CHUNKS - 1)
  }
  doubles[state / 8 + POLICY_STATE.probeCost] = cost
  doubles[state / 8 + POLICY_STATE.probeGain] = gain
  doubles[state / 8 + POLICY_STATE.probeError] = Math.sqrt(variance / PROBE_CHUNKS)
}
