/** How large the time grid's error should be on every point of it, on every second and on every fourth, as the order promises. */
import type { EstimatePlan } from './plan.ts'

export interface GridSizes {
  /** Shares of the difference of the first two grids, and of the last two, that the finer one of them still lacks. */
  share: number
  coarseShare: number
  /** The last two grids' difference as a multiple of the first two's. */
  promised: number
}

/**
 * Steps that are left over where a coarser grid does not divide the number of them are one shorter step at its end: a step of
 * length k has an error of k^(order+1).
 */
export function gridSizes({ training, elsewhere, order }: Sized): GridSizes {
  const steps = training.grid.steps - (elsewhere?.firstStep ?? 0)
  const errorOf = (stride: number) =>
    Math.floor(steps / stride) * stride ** (order + 1) + (steps % stride) ** (order + 1)
  const [fine, coarse, coarsest] = [errorOf(1), errorOf(2), errorOf(4)]
  return {
    share: fine / (coarse - fine),
    coarseShare: coarse / (coarsest - coarse),
    promised: (coarsest - coarse) / (coarse - fine),
  }
}

type Sized = Pick<EstimatePlan, 'elsewhere' | 'order'> & {
  training: { grid: Pick<EstimatePlan['training']['grid'], 'steps'> }
}
