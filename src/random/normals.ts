/** Standard normal variates from Philox words by Box–Muller, in double precision: the oracle of the SIMD version. */
import { philox4x32 } from './philox.ts'

const UNIT = 2 ** -32

/** √(−2 ln((w+½)/2³²)). Above ½, log1p of the exact distance to 1 keeps the relative precision of small radii. */
function boxMullerRadius(word: number): number {
  const u = (word + 0.5) * UNIT
  const logarithm = word < 0x80000000 ? Math.log(u) : Math.log1p((word - 0xffffffff - 0.5) * UNIT)
  return Math.sqrt(-2 * logarithm)
}

/** 2π(w+½)/2³² */
function boxMullerAngle(word: number): number {
  return 2 * Math.PI * (word + 0.5) * UNIT
}

/**
 * The four normals of one counter into `out`[4] (overwritten), from `words`[4] (scratch, overwritten). The counter is
 * (block, step, path, iteration), the key (seed, stream): see `Kernels.normals`.
 */
export function fourNormals(
  out: Float64Array,
  words: Uint32Array,
  block: number,
  step: number,
  path: number,
  iteration: number,
  seed: number,
  stream: number,
): void {
  philox4x32(words, block, step, path, iteration, seed, stream)
  for (let pair = 0; pair < 4; pair += 2) {
    const radius = boxMullerRadius(words[pair])
    const angle = boxMullerAngle(words[pair + 1])
    out[pair] = radius * Math.cos(angle)
    out[pair + 1] = radius * Math.sin(angle)
  }
}
