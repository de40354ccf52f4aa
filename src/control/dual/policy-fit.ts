/** The trained policy as an affine function of what it sees, by least squares over its sampled paths. */
import { invert } from '../../statistics/linear-system.ts'
import { type DualPlan, SAMPLES } from './plan.ts'

/** Share of the mean variance that is added to each: what does not move gets no slope. */
const RIDGE = 1e-6
/** Paths for each number that is fitted, at the least. */
const PATHS_EACH = 2

export interface AffineFit {
  /** [count × inputs] and [count]. */
  gain: Float64Array
  offset: Float64Array
}

/** Components from … from+count−1 of z at step n, of the components `inputs`; null where there are too few paths. */
export function fitAffine(
  doubles: Float64Array,
  plan: DualPlan,
  n: number,
  from: number,
  count: number,
  inputs: number[],
): AffineFit | null {
  const size = inputs.length
  if (PATHS_EACH * size > SAMPLES) return null
  const at = (k: number, place: number) => doubles[plan.samples + (n * SAMPLES + k) * plan.sizes.all + place]
  const meanOf = (place: number) => {
    let sum = 0
    for (let k = 0; k < SAMPLES; k++) sum += at(k, place) / SAMPLES
    return sum
  }
  const middles = inputs.map(meanOf)
  const products = (place: number, middle: number) =>
    inputs.map((input, i) => {
      let sum = 0
      for (let k = 0; k < SAMPLES; k++) sum += (at(k, input) - middles[i]) * (at(k, place) - middle)
      return sum
    })
  const gram = Float64Array.from(inputs.flatMap((input, i) => products(input, middles[i])))
  let trace = 0
  for (let i = 0; i < size; i++) trace += gram[i * (size + 1)] / size
  for (let i = 0; i < size; i++) gram[i * (size + 1)] += RIDGE * trace + Number.MIN_VALUE
  const gain = new Float64Array(count * size)
  const offset = Float64Array.from({ length: count }, (_, j) => meanOf(from + j))
  const inverse = trace > 0 ? invert(gram, size) : null
  if (inverse === null) return { gain, offset }
  for (let j = 0; j < count; j++) {
    const cross = products(from + j, offset[j])
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < size; k++) gain[j * size + i] += inverse[i * size + k] * cross[k]
    }
  }
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < size; i++) offset[j] -= gain[j * size + i] * middles[i]
  }
  return { gain, offset }
}
