/**
 * A batch of paths in parts, each with gradients of its own, and the sum of these. The number of parts is fixed and they are summed in their
 * order, so that any number of workers gives the same bits.
 */
import type { Arena } from '../memory/arena.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { STREAM } from '../random/streams.ts'
import { BLOCK_ROWS, type RolloutPlan } from './plan.ts'
import type { Rollout } from './rollout.ts'

const SHARDS = 8

export interface ShardPlan {
  /** Of each shard: gradients [ownNetworks][trainable]; none for a rule that only runs. */
  gradients: number[]
  /** float64, one for each path of a batch. */
  costs: number
}

/** @param parameters trainable ones of all networks; 0 where nothing is trained */
export function planShards(arena: Arena, parameters: number, mostPaths: number): ShardPlan {
  return {
    gradients: Array.from({ length: parameters === 0 ? 0 : SHARDS }, () => arena.floats(parameters)),
    costs: arena.doubles(mostPaths),
  }
}

/** Costs of a batch's paths, and each shard's gradients of their sum; all of the team run this. */
export function sweepShards(
  { team, views }: WorkerContext,
  plan: RolloutPlan & { shards: ShardPlan },
  rollout: Rollout,
  iteration: number,
  batchSize: number,
): void {
  const { shards, ownNetworks, network } = plan
  const { floats, doubles } = views
  team.forEach(SHARDS, (shard) => {
    const first = Math.floor((shard * batchSize) / SHARDS)
    const end = Math.floor(((shard + 1) * batchSize) / SHARDS)
    const own = shards.gradients[shard]
    if (end === first) floats.fill(0, own, own + ownNetworks * network.trainable)
    for (let row = first; row < end; row += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, end - row)
      rollout.forward(STREAM.training, iteration, row, rows)
      const cost = rollout.buffers.cost
      doubles.copyWithin(shards.costs + row, cost, cost + rows)
      rollout.backward(rows, (n) => own + (n % ownNetworks) * network.trainable, row > first)
    }
  })
}

/** Where `factor` times the sum of the shards' gradients of network n then is, [trainable]. */
export function reduceShards(
  { kernels }: WorkerContext,
  { shards, network }: RolloutPlan & { shards: ShardPlan },
  n: number,
  factor: number,
): number {
  const at = n * network.trainable
  const [total, ...others] = shards.gradients.map((gradients) => gradients + at)
  for (const other of others) kernels.add(total, other, 1, network.trainable)
  kernels.blend(total, total, factor, 0, 1, network.trainable)
  return total
}
