/** Quantiles of the laws that intervals need. */
import jstat from 'jstat'

/** The p-quantile of the standard normal law, 0 < p < 1. */
export function normalQuantile(p: number): number {
  return jstat.normal.inv(p, 0, 1)
}

/** The p-quantile of Student's t law with `freedom` degrees of freedom, 0 < p < 1. */
export function studentQuantile(p: number, freedom: number): number {
  return jstat.studentt.inv(p, freedom)
}
