/** Mean and deviation of the state at every step under the networks of the moment: the units of the networks' inputs. */
import { copyRows, floatsOf, rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { STREAM } from '../random/streams.ts'
import { BLOCK_ROWS, PILOT_BLOCKS, type RolloutPlan } from './plan.ts'
import type { Rollout } from './rollout.ts'

/** Runs pilot paths on the whole team and writes scale and shift; both ends of a Heun step count for its network. */
export function standardise(
  context: WorkerContext,
  plan: RolloutPlan,
  rollout: Rollout,
  iteration: number,
): void {
  const { team, views } = context
  team.forEach(PILOT_BLOCKS, (block) => {
    rollout.forward(STREAM.pilot, iteration, block * BLOCK_ROWS, BLOCK_ROWS)
    addSums(views, plan, rollout, block)
  })
  team.forEach(plan.grid.steps + 1, (n) => writeScale(views, plan, n))
}

/**
 * As `standardise` under what is learned so far, the linear parts rewritten so that they are the same functions
 * of x: v = A∘(s/s′)·x̂′ + b + A·(c − c′s/s′). Only where the networks still write zero.
 */
export function restandardise(
  context: WorkerContext,
  plan: RolloutPlan,
  rollout: Rollout,
  iteration: number,
): void {
  const { team, views } = context
  const { scale, shift, oldScale, oldShift, dim, grid } = plan
  team.forEach(1, () => {
    copyRows(views, oldScale, scale, grid.steps + 1, dim)
    copyRows(views, oldShift, shift, grid.steps + 1, dim)
  })
  standardise(context, plan, rollout, iteration)
  team.forEach(plan.ownNetworks, (n) => rewriteLinear(views.floats, plan, n))
}

function addSums(views: WorkerContext['views'], plan: RolloutPlan, rollout: Rollout, block: number): void {
  const { floats, doubles } = views
  const { dim, grid, pilotSums } = plan
  const words = 1 + 2 * dim
  for (let n = 0; n <= grid.steps; n++) {
    const at = pilotSums + (block * (grid.steps + 1) + n) * words
    doubles.fill(0, at, at + words)
    const ends = [rollout.x(n), n < grid.steps ? rollout.xs(n) : null]
    for (const end of ends) {
      if (end === null) continue
      doubles[at] += BLOCK_ROWS
      for (let r = 0; r < BLOCK_ROWS; r++) {
        const row = rowAt(end, r, dim)
        for (let j = 0; j < dim; j++) {
          const value = floats[row + j]
          doubles[at + 1 + j] += value
          doubles[at + 1 + dim + j] += value * value
        }
      }
    }
  }
}

function writeScale(views: WorkerContext['views'], plan: RolloutPlan, n: number): void {
  const { floats, doubles } = views
  const { dim, grid, pilotSums, scale, shift } = plan
  const words = 1 + 2 * dim
  const total = (word: number) => {
    // One network for all times has one unit for all times.
    const [first, last] = plan.options.isShared ? [0, grid.steps] : [n, n]
    let sum = 0
    for (let block = 0; block < PILOT_BLOCKS; block++) {
      for (let m = first; m <= last; m++) {
        sum += doubles[pilotSums + (block * (grid.steps + 1) + m) * words + word]
      }
    }
    return sum
  }
  const count = total(0)
  for (let j = 0; j < dim; j++) {
    const mean = total(1 + j) / count
    const variance = total(1 + dim + j) / count - mean * mean
    // A component that does not move (or only by rounding) is centred and left in its own unit.
    const inverse = variance > 1e-10 * (1e-30 + mean * mean) ? 1 / Math.sqrt(variance) : 1
    floats[rowAt(scale, n, dim) + j] = inverse
    floats[rowAt(shift, n, dim) + j] = -mean * inverse
  }
}

function rewriteLinear(floats: Float32Array, plan: RolloutPlan, n: number): void {
  const { dim, rawDim, network, blocks, scale, shift, oldScale, oldShift } = plan
  const theta = blocks[n].theta
  const bias = theta + network.layers[network.layers.length - 1].bias
  for (let i = 0; i < dim; i++) {
    const at = floatsOf(n, dim) + i
    const ratio = floats[oldScale + at] / floats[scale + at]
    const offset = floats[oldShift + at] - floats[shift + at] * ratio
    for (let j = 0; j < rawDim; j++) {
      const entry = theta + rowAt(network.skip, i, rawDim) + j
      floats[bias + j] += offset * floats[entry]
      floats[entry] *= ratio
    }
  }
}
