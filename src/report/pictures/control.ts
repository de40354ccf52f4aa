/** A trained rule at work: the control it takes and the state that follows, on paths that training never saw. */

import type { Picture } from '../../drawing/plotting.ts'
import type { Policy, Trajectories } from '../../methods/policy/policy.ts'
import { componentName } from '../../solution/format.ts'
import type { Solution } from '../../solution/solution.ts'
import { bandPicture } from './paths.ts'
import { phasePicture } from './phase.ts'

const SIMULATED_PATHS = 256
/** Components of the control and of the state that a report shows. */
const SHOWN_COMPONENTS = 2
const BANDS = 'The bands hold 50 % and 90 % of the paths, the thick line is the median.'

export function controlPictures({ policy, seed }: Solution): Picture[] {
  if (policy === undefined) return []
  const { dim } = policy.trained.problem
  const trajectories = policy.simulate(SIMULATED_PATHS, seed)
  const phase = dim === 2 ? [phasePicture(trajectories, dim, [0, 1])] : []
  return [
    ...rulePictures(policy, trajectories, SHOWN_COMPONENTS),
    ...statePictures(policy, trajectories, SHOWN_COMPONENTS),
    ...phase,
  ]
}

/** The first `most` components of the control. */
export function rulePictures({ trained }: Policy, trajectories: Trajectories, most: number): Picture[] {
  const { controlDim } = trained.problem
  const { times, paths } = trajectories
  return components(controlDim, most).map((k) =>
    bandPicture(
      `control${k + 1}`,
      controlDim === 1 ? 'Learned control' : `Learned control, component ${k + 1}`,
      `What the trained rule does on ${paths} fresh paths. ${BANDS}`,
      componentName(k).replace('X', 'a'),
      { times: times.slice(0, -1) },
      valuesOf(trajectories.control, times.length - 1, controlDim, k, paths),
      'fourth',
    ),
  )
}

/** The first `most` components of the state. */
export function statePictures({ trained }: Policy, trajectories: Trajectories, most: number): Picture[] {
  const { dim } = trained.problem
  const { times, paths } = trajectories
  return components(dim, most).map((k) =>
    bandPicture(
      `state${k + 1}`,
      dim === 1 ? 'State under the control' : `State under the control, component ${k + 1}`,
      `The state on the same paths. ${BANDS}`,
      componentName(k),
      trajectories,
      valuesOf(trajectories.state, times.length, dim, k, paths),
      'third',
    ),
  )
}

/** What has been paid, or gained, until each time. */
export function costPicture(trajectories: Trajectories): Picture {
  const { times, cost, paths } = trajectories
  return bandPicture(
    'cost',
    'Cost until then',
    `The sum of the running cost, at the horizon with the terminal cost. ${BANDS}`,
    'cost',
    trajectories,
    valuesOf(cost, times.length, 1, 0, paths),
    'accent',
  )
}

function components(dim: number, most: number): number[] {
  return Array.from({ length: Math.min(dim, most) }, (_, k) => k)
}

/** [time][path] of one component, from [path][time][component]. */
function valuesOf(
  array: Float32Array | Float64Array,
  times: number,
  dim: number,
  component: number,
  paths: number,
): number[][] {
  return Array.from({ length: times }, (_, n) =>
    Array.from({ length: paths }, (_, path) => array[(path * times + n) * dim + component]),
  )
}
