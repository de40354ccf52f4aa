/** A trained rule at work: the control it takes and the state that follows, on paths that training never saw. */
import type { Trajectories } from '../../methods/policy/policy.ts'
import type { Solution } from '../../solution/solution.ts'
import type { Picture } from '../plotting.ts'
import { bandPicture, SUBSCRIPTS } from './paths.ts'

const SIMULATED_PATHS = 256
/** Components of the control and of the state that are shown. */
const SHOWN_COMPONENTS = 2

export function controlPictures({ policy, seed }: Solution): Picture[] {
  if (policy === undefined) return []
  const { dim, controlDim } = policy.trained.problem
  const trajectories = policy.simulate(SIMULATED_PATHS, seed)
  const { times, paths } = trajectories
  const bands = 'The bands hold 50 % and 90 % of the paths, the thick line is the median.'
  const controls = components(controlDim).map((k) =>
    bandPicture(
      `control${k + 1}`,
      controlDim === 1 ? 'Learned control' : `Learned control, component ${k + 1}`,
      `What the trained rule does on ${paths} fresh paths. ${bands}`,
      `a${SUBSCRIPTS[k + 1]}`,
      { times: times.slice(0, -1) },
      valuesOf(trajectories.control, times.length - 1, controlDim, k, paths),
      'fourth',
    ),
  )
  const states = components(dim).map((k) =>
    bandPicture(
      `state${k + 1}`,
      dim === 1 ? 'State under the control' : `State under the control, component ${k + 1}`,
      `The state on the same paths. ${bands}`,
      `X${SUBSCRIPTS[k + 1]}`,
      trajectories,
      valuesOf(trajectories.state, times.length, dim, k, paths),
      'third',
    ),
  )
  return [...controls, ...states]
}

function components(dim: number): number[] {
  return Array.from({ length: Math.min(dim, SHOWN_COMPONENTS) }, (_, k) => k)
}

/** [time][path] of one component, from [path][time][component]. */
function valuesOf(
  array: Trajectories['state'],
  times: number,
  dim: number,
  component: number,
  paths: number,
): number[][] {
  return Array.from({ length: times }, (_, n) =>
    Array.from({ length: paths }, (_, path) => array[(path * times + n) * dim + component]),
  )
}
