/** Quantiles of the laws that intervals need. */
import jstat from 'jstat'
import { HALF_WIDTH_95 } from './confidence.ts'

/** The p-quantile of the standard normal law, 0 < p < 1. */
export function normalQuantile(p: number): number {
  return jstat.normal.inv(p, 0, 1)
}

/** How many times as wide as by the normal law a 95 % interval is whose deviation is told by so many numbers, two at least. */
export function studentWidth(count: number): number {
  return studentQuantile(0.975, count - 1) / HALF_WIDTH_95
}

/** The p-quantile of Student's t law with `freedom` degrees of freedom, 0 < p < 1. */
export function studentQuantile(p: number, freedom: number): number {
  return jstat.studentt.inv(p, freedom)
}
