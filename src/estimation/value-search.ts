/**
 * Y₀ where the equation holds, F(Y₀) = E R(Y₀) − Y₀ = 0, with R what paths from Y₀ estimate u at. R hardly depends on Y₀ where it is
 * right, so that Newton's step is F itself; where it would leave the values between which F changed its sign, as at a kink or where
 * the slope of f is steep, half of their way is taken.
 */
export class ValueSearch {
  #low = Number.NEGATIVE_INFINITY
  #high = Number.POSITIVE_INFINITY

  /** Where to look next, after F(`value`) = `residual`. */
  next(value: number, residual: number): number {
    if (residual === 0) return value
    if (residual > 0) this.#low = Math.max(this.#low, value)
    else this.#high = Math.min(this.#high, value)
    const step = value + residual
    return step > this.#low && step < this.#high ? step : 0.5 * (this.#low + this.#high)
  }
}
