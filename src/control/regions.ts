/** Which parts of the memory are the state of a policy's training and of its estimate: everything else is made anew. */
import { padded } from '../kernels/interface.ts'
import type { Region } from '../memory/region.ts'
import { HISTORY_COLUMNS } from '../training/plan.ts'
import { fitRegions } from './adjoint-fit.ts'
import { PATH_COLUMNS, type PolicyEstimatePlan, RESULT_WORDS, ROUND_PATHS } from './estimate-plan.ts'
import { GRID_COLUMNS, GRID_PATHS } from './grid-plan.ts'
import { POLICY_STATE_WORDS, type PolicyPlan, PROBE_CHUNKS, PROBES } from './plan.ts'
import { startRegions } from './start/plan.ts'

/** All that a run needs to go on with the same bits, wherever its arrays lie. */
export function policyRegions(plan: PolicyPlan): Region[] {
  const { blocks, ownNetworks, network, averages, firstHalves, scale, shift, fit, grid, dim, options } = plan
  const floats = (at: number, count: number): Region => ({ at, bytes: 4 * count })
  const doubles = (at: number, count: number): Region => ({ at, bytes: 8 * count })
  const rows = grid.steps + 1
  return [
    ...blocks
      .slice(0, ownNetworks)
      .flatMap(({ theta, firstMoment, secondMoment, count, trainable }) => [
        floats(theta, count),
        floats(firstMoment, trainable),
        floats(secondMoment, trainable),
      ]),
    ...[...averages, ...firstHalves].map((at) => floats(at, network.trainable)),
    floats(scale, rows * padded(dim)),
    floats(shift, rows * padded(dim)),
    ...(fit ? fitRegions(fit, dim, grid.steps) : []),
    ...startRegions(plan.start, plan.dim, plan.rawDim, grid.steps),
    doubles(plan.probeCosts, PROBES * PROBE_CHUNKS),
    doubles(plan.state, POLICY_STATE_WORDS),
    doubles(plan.history, options.iterations * HISTORY_COLUMNS),
  ]
}

/** Sums so far, the last round's paths, and the costs on finer grids. */
export function policyEstimateRegions({ result, values, grids }: PolicyEstimatePlan): Region[] {
  return [
    { at: result, bytes: 8 * RESULT_WORDS },
    { at: values, bytes: 8 * ROUND_PATHS * PATH_COLUMNS },
    ...(grids ? [{ at: grids.costs, bytes: 8 * GRID_PATHS * GRID_COLUMNS }] : []),
  ]
}
