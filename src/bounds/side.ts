/** One side of the bounds as it comes out of the stage. */
export interface Side {
  value: number
  standardError: number
  /** How far the mean of finitely many paths is off in the mean, at the most, to be added outward. */
  bias: number
  /** What it was made from. */
  from: string
}
