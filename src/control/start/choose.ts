/**
 * Starts on paths with noise: which of them training begins with, and whether it has made something of it. The skeleton's best need
 * not be the best where there is noise, and a rule in hand is not given away for a worse one.
 */
import { clearRows, floatsOf, rowAt } from '../../memory/rows.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { BLOCK_ROWS } from '../../program/plan.ts'
import type { Rollout } from '../../program/rollout.ts'
import { STREAM } from '../../random/streams.ts'
import type { CompiledControl } from '../compiled.ts'
import type { PolicyPlan } from '../plan.ts'
import { OUTCOME, START, START_BLOCKS } from './plan.ts'

/** Of the stream of pilot paths; standardising and fitting use those before. */
const CHOICE_ITERATION = 64
const RETURN_ITERATION = 65
/** Share of the cost that a start which training can learn from may cost more than one that rests at its bounds. */
const EASE = 0.5

/** Puts the best start in the networks' place, where one is better than none. Every worker of the team runs this. */
export function chooseStart(
  context: WorkerContext,
  { sign }: CompiledControl,
  plan: PolicyPlan,
  rollout: Rollout,
): void {
  const { team, views } = context
  const { start, scale, shift, grid, dim } = plan
  const { doubles, floats } = views
  const rows = floatsOf(grid.steps + 1, dim)
  team.forEach(1, () => {
    floats.fill(1, scale, scale + rows)
    clearRows(views, shift, grid.steps + 1, dim)
    const state = start.state
    doubles[state + START.chosen] = -1
    doubles[state + START.best] = -1
    doubles[state + START.outcome] = OUTCOME.trained
  })
  if (start.rules.length === 0) return
  runPaths(context, plan, rollout, CHOICE_ITERATION, 0)
  start.rules.forEach((_, k) => {
    writeStart(context, plan, k)
    runPaths(context, plan, rollout, CHOICE_ITERATION, k + 1)
  })
  const costs = Array.from({ length: start.rules.length + 1 }, (_, row) => meanCost(doubles, plan, row).mean)
  let best = 0
  for (let row = 1; row < costs.length; row++) {
    if (!Number.isFinite(costs[best]) || sign * (costs[best] - costs[row]) > 0) best = row
  }
  const chosen = easier(start.rules, costs, best, sign)
  team.forEach(1, () => {
    const state = start.state
    doubles[state + START.chosen] = chosen - 1
    doubles[state + START.best] = best - 1
  })
  if (chosen > 0) writeStart(context, plan, chosen - 1)
  else team.forEach(plan.ownNetworks, (n) => clear(floats, plan, n))
}

/** The best of the eased rules, where it costs little more than the best of all; rows of costs, 0 that of no rule. */
function easier(
  rules: readonly { isEased: boolean }[],
  costs: readonly number[],
  best: number,
  sign: 1 | -1,
) {
  if (best === 0) return 0
  let chosen = best
  let most = sign * costs[best] + EASE * Math.abs(costs[best])
  rules.forEach(({ isEased }, k) => {
    const cost = sign * costs[k + 1]
    if (!isEased || !(cost <= most)) return
    chosen = k + 1
    most = cost
  })
  return chosen
}

/** Which start training began with; −1 for none. */
export function chosenStart(doubles: Float64Array, { start }: PolicyPlan): number {
  return doubles[start.state + START.chosen]
}

/** Which start costs least, what the trained rule is measured by; −1 for none. */
export function bestStart(doubles: Float64Array, { start }: PolicyPlan): number {
  return doubles[start.state + START.best]
}

/**
 * Puts the best start back where the trained rule is worse on fresh paths, or ran away: parameters, and the means that later checks look at.
 * Every worker of the team runs this.
 */
export function keepBetter(
  context: WorkerContext,
  { sign }: CompiledControl,
  plan: PolicyPlan,
  rollout: Rollout,
  ranAway: boolean,
): void {
  const { team, views } = context
  const { start, blocks, averages, firstHalves, network, ownNetworks } = plan
  const { doubles, floats } = views
  const best = bestStart(doubles, plan)
  if (best < 0) return
  const row = start.rules.length + 1
  const copy = (from: number, to: number) => floats.copyWithin(to, from, from + network.trainable)
  if (!ranAway) {
    runPaths(context, plan, rollout, RETURN_ITERATION, row + 1)
    team.forEach(ownNetworks, (n) => copy(blocks[n].theta, averages[n]))
  }
  writeStart(context, plan, best)
  runPaths(context, plan, rollout, RETURN_ITERATION, row)
  const trained = ranAway ? Number.NaN : meanCost(doubles, plan, row + 1).mean
  const isBetter = sign * (meanCost(doubles, plan, row).mean - trained) > 0
  team.forEach(1, () => {
    const outcome = ranAway ? OUTCOME.ranAway : isBetter ? OUTCOME.trained : OUTCOME.start
    doubles[start.state + START.outcome] = outcome
  })
  team.forEach(ownNetworks, (n) => {
    if (isBetter) copy(averages[n], blocks[n].theta)
    else {
      copy(blocks[n].theta, averages[n])
      copy(blocks[n].theta, firstHalves[n])
    }
  })
}

/** The rule as the networks' linear parts, in the units that the state has now; what they add is zero. */
export function writeStart(context: WorkerContext, plan: PolicyPlan, index: number): void {
  const { floats } = context.views
  const { start, blocks, network, scale, shift, dim, rawDim } = plan
  const { level, gain } = start.rules[index]
  context.team.forEach(plan.ownNetworks, (n) => {
    clear(floats, plan, n)
    const theta = blocks[n].theta
    const bias = theta + network.layers[network.layers.length - 1].bias
    for (let r = 0; r < rawDim; r++) floats[bias + r] = floats[rowAt(level, n, rawDim) + r]
    for (let i = 0; i < dim; i++) {
      const at = floatsOf(n, dim) + i
      const unit = 1 / floats[scale + at]
      for (let r = 0; r < rawDim; r++) {
        const slope = floats[rowAt(gain, n * dim + i, rawDim) + r]
        floats[theta + rowAt(network.skip, i, rawDim) + r] = slope * unit
        floats[bias + r] -= slope * floats[shift + at] * unit
      }
    }
  })
}

/** Linear part and output layer zero: the network writes zero. */
function clear(floats: Float32Array, { blocks, network, dim, rawDim }: PolicyPlan, n: number): void {
  const theta = blocks[n].theta
  const last = network.layers[network.layers.length - 1]
  const zero = (at: number, rows: number) => floats.fill(0, theta + at, theta + rowAt(at, rows, rawDim))
  zero(network.skip, dim)
  zero(last.weight, last.inputs)
  zero(last.bias, 1)
}

function runPaths(
  { team, views }: WorkerContext,
  { start }: PolicyPlan,
  rollout: Rollout,
  iteration: number,
  row: number,
): void {
  const { doubles } = views
  team.forEach(START_BLOCKS, (block) => {
    rollout.forward(STREAM.pilot, iteration, block * BLOCK_ROWS, BLOCK_ROWS)
    const cost = rollout.buffers.cost
    let mean = 0
    for (let r = 0; r < BLOCK_ROWS; r++) mean += doubles[cost + r] / BLOCK_ROWS
    doubles[start.costs + row * START_BLOCKS + block] = mean
  })
}

/** Of a row of `StartPlan.costs`. */
export function meanCost(
  doubles: Float64Array,
  { start }: PolicyPlan,
  row: number,
): { mean: number; standardError: number } {
  const at = start.costs + row * START_BLOCKS
  let [mean, variance] = [0, 0]
  for (let block = 0; block < START_BLOCKS; block++) mean += doubles[at + block] / START_BLOCKS
  for (let block = 0; block < START_BLOCKS; block++) {
    variance += (doubles[at + block] - mean) ** 2 / (START_BLOCKS - 1)
  }
  return { mean, standardError: Math.sqrt(variance / START_BLOCKS) }
}
