/** Pages with a known smooth solution on every kind of motion and driver. */
import type { ProblemDefinition } from '../../src/problem/definition.ts'

export const blank: ProblemDefinition = {
  id: 'page',
  title: '',
  source: '',
  group: '',
  settings: { dim: 3, horizon: 1 },
  x0: [0.3, -0.2, 0.5],
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: '0',
}

export interface Motion {
  drift: string
  diffusion: string
}

export const motions: Record<string, Motion> = {
  Brownian: { drift: '0.2', diffusion: '0.6' },
  geometric: { drift: '0.1 * x', diffusion: '0.4 * x' },
  'Ornstein–Uhlenbeck': { drift: '-1.5 * x + 0.3', diffusion: '0.5' },
  'nonlinear drift': { drift: 'sin(x) - x', diffusion: '0.5' },
  'σ of the state': { drift: '-0.5 * x', diffusion: '0.4 * sqrt(1 + x^2)' },
}

/** h of names of y and z. */
export const drivers: Record<string, (y: string, z: string) => string> = {
  linear: (y, z) => `-0.4 * ${y} + 0.5 * sum(${z})`,
  'quadratic in z': (_, z) => `-0.5 * dot(${z}, ${z})`,
  'cubic in y': (y) => `${y} - ${y}^3`,
  'a product of y and z': (y, z) => `0.5 * ${y} * sum(${z})`,
  kinked: (y, z) => `-0.3 * abs(sum(${z})) + 0.4 * max(${y}, 0)`,
}

/** u = e^{−t} sin(s + 0.4), s = c·x, by the source that it asks for. */
export function manufactured(
  { drift, diffusion }: Motion,
  h: (y: string, z: string) => string,
): ProblemDefinition {
  const u = 'exp(-t) * sin(s + 0.4)'
  const slope = 'exp(-t) * cos(s + 0.4)'
  const moved = `${slope} * sum((${drift}) * c) - 0.5 * (${u}) * sum((${diffusion})^2 * c^2)`
  const source = `${u} - (${moved}) - (${h(`(${u})`, `(${slope} * (${diffusion}) * c)`)})`
  return {
    ...blank,
    let: { c: '[0.8, 0.5, -0.3]', s: 'dot(c, x)' },
    drift,
    diffusion,
    driver: `${h('y', 'z')} + ${source}`,
    terminal: 'exp(-horizon) * sin(s + 0.4)',
    exact: u,
  }
}

/** ∇u(0, x0) = cos(s + 0.4) c */
export const truth = [0.8, 0.5, -0.3].map((c) => c * Math.cos(0.8 * 0.3 - 0.5 * 0.2 - 0.3 * 0.5 + 0.4))
