/** Which parts of the memory are a training run's state: everything else is made anew in each iteration. */

import { padded } from '../kernels/interface.ts'
import type { Region } from '../memory/region.ts'
import { HISTORY_COLUMNS, type ParameterBlock, STATE_WORDS, type TrainingPlan } from './plan.ts'
import { refitWords } from './refit.ts'
import { fittedValueRegions, trainingValueRegions } from './value-control.ts'

/** Parameters and scalars: what a run that went wrong goes back to. */
export function goodRegions(
  blocks: ParameterBlock[],
  valueBlock: ParameterBlock | null,
  state: number,
): Region[] {
  return [
    ...allBlocks(blocks, valueBlock).map(({ theta, count }) => ({ at: theta, bytes: 4 * count })),
    { at: state, bytes: 8 * STATE_WORDS },
  ]
}

/** What a trained model is, apart from what training needs to go on. */
export function modelRegions({
  blocks,
  valueBlock,
  state,
  pilot,
  grid,
  dim,
  values,
}: TrainingPlan): Region[] {
  const bytes = 4 * (grid.steps + 1) * padded(dim)
  return [
    ...goodRegions(blocks, valueBlock, state),
    ...fittedValueRegions(values, grid.steps),
    { at: pilot.scale, bytes },
    { at: pilot.shift, bytes },
  ]
}

/** All that a run needs to go on with the same bits, wherever its arrays lie. */
export function trainingRegions(plan: TrainingPlan): Region[] {
  const { blocks, valueBlock, state, history, pilot, good, options, grid, dim } = plan
  const standardisation = 4 * (grid.steps + 1) * padded(dim)
  return [
    ...goodRegions(blocks, valueBlock, state),
    ...allBlocks(blocks, valueBlock).flatMap(({ firstMoment, secondMoment, trainable }) => [
      { at: firstMoment, bytes: 4 * trainable },
      { at: secondMoment, bytes: 4 * trainable },
    ]),
    ...trainingValueRegions(plan.values, grid.steps),
    { at: pilot.scale, bytes: standardisation },
    { at: pilot.shift, bytes: standardisation },
    { at: plan.refit, bytes: 8 * refitWords(grid.steps, plan.noiseDim) },
    { at: history, bytes: 8 * options.iterations * HISTORY_COLUMNS },
    { at: good.copy, bytes: good.bytes },
  ]
}

function allBlocks(blocks: ParameterBlock[], valueBlock: ParameterBlock | null): ParameterBlock[] {
  return valueBlock ? [...blocks, valueBlock] : blocks
}
