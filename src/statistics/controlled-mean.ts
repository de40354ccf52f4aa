/** The mean of a sample, less the multiples of others, of mean 0, that leave the least variance (control variates). */

/** Share of a control's variance that single precision makes up. */
const ROUNDING = 2 ** -40

export interface Moments {
  mean: number
  standardError: number
}

/** @param controls of mean 0 each; what is the same as those before it but for rounding is left out */
export function controlledMean(
  count: number,
  value: (k: number) => number,
  controls: readonly ((k: number) => number)[],
): Moments {
  const cost = sampled(count, value)
  const used: Sample[] = []
  for (const control of controls) {
    const own = sampled(count, control)
    const before = product(own, own)
    for (const other of used) takeOff(own, other)
    if (!(product(own, own) > ROUNDING * before)) continue
    takeOff(cost, own)
    used.push(own)
  }
  const freedom = count - 1 - used.length
  return { mean: cost.mean, standardError: Math.sqrt(product(cost, cost) / freedom / count) }
}

/** A mean, and what is apart from it. */
interface Sample {
  mean: number
  apart: Float64Array
}

function sampled(count: number, value: (path: number) => number): Sample {
  const apart = Float64Array.from({ length: count }, (_, k) => value(k))
  const mean = apart.reduce((sum, own) => sum + own, 0) / count
  return { mean, apart: apart.map((own) => own - mean) }
}

function product(one: Sample, other: Sample): number {
  return one.apart.reduce((sum, own, k) => sum + own * other.apart[k], 0)
}

/** The multiple of another that leaves the least variance. */
function takeOff(from: Sample, other: Sample): void {
  const weight = product(from, other) / product(other, other)
  from.mean -= weight * other.mean
  other.apart.forEach((own, k) => {
    from.apart[k] -= weight * own
  })
}
