/** V̂ as the paths of a trained policy show it: the linear fit of the remaining costs' derivative, whose slope made symmetric is P. */
import { floatsOf } from '../../memory/rows.ts'
import type { PolicyPlan } from '../plan.ts'
import type { Model } from './kicked.ts'

/** On the policy's own grid; null where there is no fit. */
export function fittedModel(floats: Float32Array, plan: PolicyPlan, sign: 1 | -1): Model | null {
  const { fit, dim, scale, shift, grid } = plan
  if (fit === null) return null
  const { steps } = grid
  const model = emptyModel(steps, dim)
  const at = (array: number, place: number) => floats[array + place]
  for (let n = 0; n <= steps; n++) {
    const row = floatsOf(n, dim)
    // x̂ = scale·x + shift is 0 at the states' mean.
    const unit = (i: number) => at(scale, row + i)
    const slope = (i: number, j: number) => unit(i) * at(fit.slope, floatsOf(n * dim + i, dim) + j)
    for (let i = 0; i < dim; i++) {
      model.states[n * dim + i] = -at(shift, row + i) / unit(i)
      model.slopes[n * dim + i] = sign * at(fit.level, row + i)
      for (let j = 0; j <= i; j++) {
        const bend = sign * symmetric(slope(i, j), slope(j, i))
        model.curvatures[(n * dim + i) * dim + j] = bend
        model.curvatures[(n * dim + j) * dim + i] = bend
      }
    }
  }
  // States do not move at the start: their curvature there is that a step later.
  model.curvatures.copyWithin(0, dim * dim, 2 * dim * dim)
  return model
}

/** A component that was left out of the fit has slope 0. */
function symmetric(one: number, other: number): number {
  return one === 0 || other === 0 ? one + other : 0.5 * (one + other)
}

function emptyModel(steps: number, dim: number): Model {
  return {
    states: new Float64Array((steps + 1) * dim),
    slopes: new Float64Array((steps + 1) * dim),
    curvatures: new Float64Array((steps + 1) * dim * dim),
    reach: Number.POSITIVE_INFINITY,
  }
}

/** Linear in time between the model's own. */
export function onGrid(model: Model, dim: number, steps: number): Model {
  const own = model.states.length / dim - 1
  const result = emptyModel(steps, dim)
  for (const name of ['states', 'slopes', 'curvatures'] as const) {
    const size = result[name].length / (steps + 1)
    for (let n = 0; n <= steps; n++) {
      const at = (n * own) / steps
      const left = Math.min(own - 1, Math.floor(at))
      for (let k = 0; k < size; k++) {
        const [from, to] = [model[name][left * size + k], model[name][(left + 1) * size + k]]
        result[name][n * size + k] = from + (at - left) * (to - from)
      }
    }
  }
  return result
}
