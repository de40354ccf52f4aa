/** Noise along a path, and what it is to have one length of it. */

/** ΔW of each step [noiseDim]. */
export type NoisePath = readonly Float64Array[]

export function product(one: NoisePath, other: NoisePath): number {
  return one.reduce((sum, w, n) => sum + w.reduce((own, part, i) => own + part * other[n][i], 0), 0)
}

export function lengthOf(noise: NoisePath): number {
  return Math.sqrt(product(noise, noise))
}

export function times(noise: NoisePath, factor: number): NoisePath {
  return noise.map((w) => w.map((part) => factor * part))
}

export function mixed(one: NoisePath, other: NoisePath, share: number): NoisePath {
  return one.map((w, n) => w.map((part, i) => part + share * (other[n][i] - part)))
}

/** To one deviation of W. */
export function normalised(noise: NoisePath, dt: number): NoisePath {
  return times(noise, Math.sqrt(dt) / lengthOf(noise))
}
