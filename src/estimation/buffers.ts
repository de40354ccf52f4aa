/** What one worker needs to take a block of fresh paths through time. Indices. */
import type { Arena } from '../memory/arena.ts'
import type { GradientBuffers, GradientLayout } from '../networks/gradient-network.ts'
import { planGradientBuffers } from '../training/batch.ts'

/** Rows that a worker simulates at a time, and no more: enough for the matrix products, few enough for the cache. */
export const SHARD_ROWS = 128

/** For the plan's rows: states are [rows×dim], what belongs to the noise [rows×noiseDim]; scalars float64 [SHARD_ROWS]. */
export interface WorkerBuffers {
  x: number
  xNext: number
  w: number
  wPart: number
  /** Ẑ of the last node. */
  z: number
  /** f_z of the last node and of the one before, and the drift of the noise over a step. */
  driverDz: number
  driverDzBefore: number
  drift: number
  pass: GradientBuffers
  /** Ŷ, and the value ȳ that the equation is linearised around. */
  y: number
  around: number
  /** Γ, and what the path estimates u(0,x₀) at: so far, and at its end. */
  weight: number
  value: number
  /** What the last step added to it in units of Γ at its left end, and ln Γ over the step. */
  increment: number
  growth: number
  /** What Ẑ and the fitted martingale took off it, ΣΓ Ẑ·ΔW̃; 0 by a scheme that does not tell. */
  noise: number
  driver: number
  driverDy: number
  /** Of the last node: f, f_y and ȳ. */
  driverBefore: number
  rate: number
  aroundBefore: number
  /** Ẑ·ΔW, and s·Ẑ or f_z·ΔW at the ends of a step, s the drift of the noise. */
  zw: number
  slope: number
  slopeNext: number
  /** g(X_T). */
  terminal: number
}

/** @param rows that are simulated at a time, at most `SHARD_ROWS` */
export function planBuffers(arena: Arena, gradient: GradientLayout, rows: number): WorkerBuffers {
  const { dim, noiseDim } = gradient
  const state = () => arena.rows(rows, dim)
  const noise = () => arena.rows(rows, noiseDim)
  const scalar = () => arena.doubles(SHARD_ROWS)
  return {
    x: state(),
    xNext: state(),
    w: noise(),
    wPart: noise(),
    z: noise(),
    driverDz: noise(),
    driverDzBefore: noise(),
    drift: noise(),
    pass: planGradientBuffers(arena, gradient, rows),
    y: scalar(),
    around: scalar(),
    weight: scalar(),
    value: scalar(),
    increment: scalar(),
    growth: scalar(),
    noise: scalar(),
    driver: scalar(),
    driverDy: scalar(),
    driverBefore: scalar(),
    rate: scalar(),
    aroundBefore: scalar(),
    zw: scalar(),
    slope: scalar(),
    slopeNext: scalar(),
    terminal: scalar(),
  }
}
