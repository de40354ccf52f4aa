/** The part of the noise that is the same everywhere and at all times: a matrix, applied before the step. */
import { constantValues } from '../../formulas/build.ts'
import type { Noise } from '../noise.ts'

/** R, or null where the noise is independent. */
export function matrixOf(noise: Noise): Float64Array | null {
  return noise.root === null ? null : noise.root.matrix
}

/** σR of a constant dense σ, [dim × noiseDim]; null where σ is not constant. */
export function constantMixing(noise: Noise): Float64Array | null {
  const values = constantValues(noise.dense!)
  if (values === null) return null
  const { noiseDim: m } = noise
  const factor = matrixOf(noise)
  if (factor === null) return values
  return values.map((_, k) => {
    const row = Math.floor(k / m) * m
    let sum = 0
    for (let j = 0; j < m; j++) sum += values[row + j] * factor[j * m + (k % m)]
    return sum
  })
}
