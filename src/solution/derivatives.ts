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

/** ∇²u(0, x0) from fresh paths, as far as it was asked for; entries null where they are not known. */
export interface Hessian {
  /** [dim] */
  hessianDiagonal?: (number | null)[]
  /** Of each entry. */
  hessianDiagonalStandardError?: (number | null)[]
  /** vᵀ∇²u v along directions v [dim]. */
  hessianAlong?: { direction: number[]; value: number | null; standardError: number | null }[]
  /** Why it is not known, where none of it is. */
  missingHessian?: string
}

/** The same by the page's own formula, and how far off it is. */
export interface HessianReference {
  /** [dim], where it was asked for. */
  hessianDiagonal?: number[]
  /** In the order of the directions. */
  hessianAlong?: number[]
  /** The length of all differences over that of the known entries; null where these are 0. */
  relativeError: number | null
  /** The largest difference in standard errors. */
  standardErrors: number
}
