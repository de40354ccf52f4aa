/** The time grid 0 = t₀ < … < t_N = T, uniform. */
export interface TimeGrid {
  horizon: number
  steps: number
  /** Δt = T/N. */
  dt: number
}

export function uniformGrid(horizon: number, steps: number): TimeGrid {
  return { horizon, steps, dt: horizon / steps }
}

/** tₙ = nΔt; t_N is the horizon to the last bit. */
export function timeAt(grid: TimeGrid, n: number): number {
  return n === grid.steps ? grid.horizon : n * grid.dt
}
