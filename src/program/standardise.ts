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

/** Words of `pilotSums` for a block and a time: how many states, and of each component their sum, that of squares, and by how much paths differ. */
export function pilotWords(dim: number): number {
  return 1 + 3 * dim
}

/**
 * As `standardise` under what is learned so far, the linear parts rewritten so that they are the same functions
 * of x: v = A∘(s/s′)·x̂′ + b + A·(c − c′s/s′). Only where the networks still write zero. A component that no noise moves
 * keeps its unit: paths then differ by nothing, and both ends of a step are no measure of how far it can go.
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
  team.forEach(grid.steps + 1, (n) => keepStill(views, plan, n))
  team.forEach(plan.ownNetworks, (n) => rewriteLinear(views.floats, plan, n))
}

function addSums(views: WorkerContext['views'], plan: RolloutPlan, rollout: Rollout, block: number): void {
  const { floats, doubles } = views
  const { dim, grid, pilotSums } = plan
  const words = pilotWords(dim)
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
          doubles[at + 1 + 2 * dim + j] += Math.abs(value - floats[end + j])
        }
      }
    }
  }
}

function writeScale(views: WorkerContext['views'], plan: RolloutPlan, n: number): void {
  const { floats, doubles } = views
  const { dim, scale, shift } = plan
  const total = (word: number) => totalOf(doubles, plan, n, word)
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

/** Over all blocks, of time n; one network for all times has one unit for all times. */
function totalOf(doubles: Float64Array, plan: RolloutPlan, n: number, word: number): number {
  const { dim, grid, pilotSums, options } = plan
  const [first, last] = options.isShared ? [0, grid.steps] : [n, n]
  let sum = 0
  for (let block = 0; block < PILOT_BLOCKS; block++) {
    for (let m = first; m <= last; m++) {
      sum += doubles[pilotSums + (block * (grid.steps + 1) + m) * pilotWords(dim) + word]
    }
  }
  return sum
}

/** Puts the unit of before back where paths do not differ, about where they are now. */
function keepStill({ floats, doubles }: WorkerContext['views'], plan: RolloutPlan, n: number): void {
  const { dim, scale, shift, oldScale } = plan
  const count = totalOf(doubles, plan, n, 0)
  for (let j = 0; j < dim; j++) {
    if (totalOf(doubles, plan, n, 1 + 2 * dim + j) > 0) continue
    const unit = floats[rowAt(oldScale, n, dim) + j]
    floats[rowAt(scale, n, dim) + j] = unit
    floats[rowAt(shift, n, dim) + j] = (-totalOf(doubles, plan, n, 1 + j) / count) * unit
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
