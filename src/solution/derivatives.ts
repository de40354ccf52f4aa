/** Derivatives of u(0,·) that are told beside the gradient, and how far off they and it are. */

/** ∇u(0, x0) by the page's own formula, and how far off the gradient is. */
export interface GradientReference {
  /** [dim] */
  gradient: number[]
  /** ‖∇û − ∇u‖ / ‖∇u‖ over the known components; null where ∇u = 0. */
  relativeError: number | null
  /** The largest of |∇û − ∇u| in standard errors, over the components; null where none is given. */
  standardErrors: number | null
}
