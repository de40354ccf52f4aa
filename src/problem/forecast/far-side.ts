/** What a path pays where no path of a sample may come to. */

/** Deviations of the noise that are looked at: what is nearer is met, and beyond nothing counts. */
export const [NEAREST, FARTHEST] = [2.5, 12]
/** Of deviations, for what paths pay at their end. */
export const SPACING = 0.125

/** Of one kink, one way: ways to what is paid on the way are counted one by one, for a set of paths is wider than any. */
export interface FarSide {
  /** In deviations of the noise. */
  distance: number
  /** How many places are as far off: the elements of a vector. */
  places: number
  /** The mean of what it makes of what a path pays, by the noise along the way to it. */
  mean: number
  /** What that moves by with x₀ [dim], without its sign. */
  slopes: Float64Array
}
