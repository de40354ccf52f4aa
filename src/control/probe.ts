/**
 * How far the trained rule may be from the best. Two rules that differ by it run on the same fresh paths.
 *
 * - Whether more training would still lower the cost: it goes on for a while at the problem's own rate, lowered where training had to go back, and in larger batches. A learning rate that
 *   descends to zero makes every cost look settled, so the costs of training itself cannot tell.
 * - What the noise of training costs. The rule's parameters are a mean over iterations, θ = ½(θ₁ + θ₂) with the means over the first
 *   and the second half of them. Scattered independently around a minimum, θ₁ and θ₂ cost e₁ and e₂ more than it, and θ, by
 *   the parabola, ¼(e₁ + e₂): so what averaging took off the halves' costs, ½(J₁ + J₂) − J, is what is left to take off.
 * - Where the parameters still drift, J₁ − J₂ was gained on the way from one half to the other.
 *
 * Costs are differences of their martingales apart. The trained policy is put back afterwards.
 */
import { loweredRate, rateAt } from '../optimizer/schedule.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { BLOCK_ROWS } from '../program/plan.ts'
import type { Rollout } from '../program/rollout.ts'
import { STREAM } from '../random/streams.ts'
import { controlledMean } from '../statistics/controlled-mean.ts'
import type { CompiledControl } from './compiled.ts'
import { Martingale } from './martingale.ts'
import { POLICY_STATE, type PolicyPlan, PROBE, PROBE_BLOCKS, PROBES } from './plan.ts'

/** Further iterations as a share of those done, and their least number. */
const SHARE = 0.05
const FEWEST = 20

/** What the probe needs of the training that it follows. */
interface Trainer {
  rollout: Rollout<CompiledControl>
  sweep(iteration: number, batchSize: number): void
  update(n: number, rate: number, batchSize: number, since: number, isWhole: boolean): void
}

/** How many further iterations the probe of a training takes. */
export function probeIterations(iterations: number): number {
  return Math.max(FEWEST, Math.ceil(SHARE * iterations))
}

/** Every worker of the team runs this, once the policy of `plan` is trained, and V̂ fitted to it. */
export function probeTraining(
  context: WorkerContext,
  problem: CompiledControl,
  plan: PolicyPlan,
  trainer: Trainer,
): void {
  const martingale = new Martingale(context, problem, plan, trainer.rollout)
  const { team, views, kernels } = context
  const { options, ownNetworks, blocks, averages, firstHalves, network } = plan
  const copy = (from: number, to: number) => views.floats.copyWithin(to, from, from + network.trainable)
  team.forEach(ownNetworks, (n) => copy(blocks[n].theta, averages[n]))
  runPaths(context, plan, martingale, PROBE.trained)
  team.forEach(ownNetworks, (n) => copy(firstHalves[n], blocks[n].theta))
  runPaths(context, plan, martingale, PROBE.firstHalf)
  team.forEach(ownNetworks, (n) => kernels.blend(blocks[n].theta, averages[n], -1, 2, 1, network.trainable))
  runPaths(context, plan, martingale, PROBE.secondHalf)
  team.forEach(ownNetworks, (n) => copy(averages[n], blocks[n].theta))
  const more = probeIterations(options.iterations)
  const rollbacks = views.doubles[plan.state + POLICY_STATE.rollbacks]
  const schedule = { name: 'cosine', rate: loweredRate(options.probeRate, rollbacks), warmup: 0 } as const
  for (let k = 0; k < more; k++) {
    if (team.shouldStop()) break
    trainer.sweep(options.iterations + k, options.probeBatch)
    const rate = rateAt(schedule, k, more, 0)
    team.forEach(ownNetworks, (n) => trainer.update(n, rate, options.probeBatch, k, true))
  }
  runPaths(context, plan, martingale, PROBE.further)
  team.forEach(ownNetworks, (n) => copy(averages[n], blocks[n].theta))
  if (team.rank === 0) writeGains(views.doubles, plan)
}

/** Mean costs of blocks of fresh paths under the parameters of the moment, to a row of `probeCosts`. */
function runPaths(
  { team, views }: WorkerContext,
  { probeCosts, options }: PolicyPlan,
  martingale: Martingale,
  row: number,
): void {
  const { doubles } = views
  const iteration = options.iterations + probeIterations(options.iterations)
  const write = (from: number, row: number, block: number) => {
    let mean = 0
    for (let r = 0; r < BLOCK_ROWS; r++) mean += doubles[from + r] / BLOCK_ROWS
    doubles[probeCosts + row * PROBE_BLOCKS + block] = mean
  }
  team.forEach(PROBE_BLOCKS, (block) => {
    martingale.forward(STREAM.training, iteration, block * BLOCK_ROWS, BLOCK_ROWS)
    write(martingale.rollout.buffers.cost, row, block)
    write(martingale.sums, PROBES + row, block)
  })
}

function writeGains(doubles: Float64Array, { probeCosts, state }: PolicyPlan): void {
  const at = (row: number, block: number) => doubles[probeCosts + row * PROBE_BLOCKS + block]
  /** Blocks are independent, also where their paths are pairs of opposite noise. */
  const mean = (weights: Partial<Record<keyof typeof PROBE, number>>) => {
    const rows = Object.entries(weights).map(([name, weight]) => [PROBE[name as keyof typeof PROBE], weight])
    const cost = (block: number) => rows.reduce((sum, [row, weight]) => sum + weight * at(row, block), 0)
    const martingales = rows.map(
      ([row]) =>
        (block: number) =>
          at(PROBES + row, block),
    )
    return controlledMean(PROBE_BLOCKS, cost, martingales)
  }
  const write = (name: keyof typeof POLICY_STATE, value: number) => {
    doubles[state + POLICY_STATE[name]] = value
  }
  const gain = mean({ trained: 1, further: -1 })
  write('probeCost', mean({ trained: 1 }).mean)
  write('probeGain', gain.mean)
  write('probeError', gain.standardError)
  write('scatter', mean({ firstHalf: 0.5, secondHalf: 0.5, trained: -1 }).mean)
  write('drift', mean({ firstHalf: 1, secondHalf: -1 }).mean)
}
