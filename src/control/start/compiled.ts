/** Generated sources of the skeleton; each takes t and dt, and float64 rows. l [dim + 1] weighs x₊ and, last, the cost. */
export interface CompiledSkeleton {
  /** (x, v) → x₊, cost of the step */
  step: string
  /** (x, v, l) → ∂/∂x, ∂/∂v of l·(x₊, cost) */
  slopes: string
  /** (x, v, l, px, pv) → the second derivatives of l·(x₊, cost) along (px, pv), in x and in v */
  curvature: string
  /** (x) → g, ∂g/∂x */
  terminal: string
  /** (x, px) → the second derivatives of g along px */
  terminalCurvature: string
  /** (w) → σRw, where the noise is free of state and control; null where it is not, and in discrete time */
  noise: string | null
}
