/** Plants that fall over: pages for the tests of starts. */
import { type ControlDefinition, defineControlProblem } from '../../src/control/definition.ts'

const about = { title: 'A plant', source: 'A test', group: 'Tests' }

/** dX = (aX + u) dt + s dW, cost ∫X² + r u² + X_T²; in a box where `most` is finite. */
export function unstable(rate: number, r: number, most: number | null): ControlDefinition {
  return defineControlProblem({
    id: 'unstable',
    ...about,
    settings: { dim: 1, horizon: 2, rate, r, s: 0.2 },
    x0: 1,
    drift: 'rate * x + a',
    diffusion: 's',
    controlSet: most === null ? { kind: 'free' } : { kind: 'box', low: -most, high: most },
    runningCost: 'x[1]^2 + r * a[1]^2',
    terminalCost: 'x[1]^2',
  })
}

/** V(0, 1) of `unstable` without a box: Riccati's equation by Runge–Kutta of order 4. */
export function unstableValue(rate: number, r: number, horizon = 2): number {
  const [s, steps] = [0.2, 4000]
  const slope = (p: number) => 2 * rate * p - (p * p) / r + 1
  const h = horizon / steps
  let [p, integral] = [1, 0]
  for (let n = 0; n < steps; n++) {
    const k1 = slope(p)
    const k2 = slope(p + (h / 2) * k1)
    const k3 = slope(p + (h / 2) * k2)
    const k4 = slope(p + h * k3)
    const next = p + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4)
    integral += (h / 6) * (p + 4 * (p + (h / 2) * k2) + next)
    p = next
  }
  return p + s * s * integral
}

/** A mass on a line, pushed to rest at 0 by a bounded force. */
export const doubleIntegrator = defineControlProblem({
  id: 'double-integrator',
  ...about,
  settings: { dim: 2, horizon: 2, noise: 0.1 },
  controlDim: 1,
  noiseDim: 1,
  x0: [1, 0],
  drift: '[x[2], a[1]]',
  diffusion: '[[0], [noise]]',
  controlSet: { kind: 'box', low: -1.5, high: 1.5 },
  runningCost: 'x[1]^2 + 0.001 * a[1]^2',
  terminalCost: '10 * dot(x, x)',
})

/** A pole of any mass on a cart, balanced from 0.3 rad. */
export function cartPole(mass: number): ControlDefinition {
  return defineControlProblem({
    id: 'cart-pole',
    ...about,
    settings: { dim: 4, horizon: 1.5, mc: 1, mp: mass, l: 0.5, g: 9.81, noise: 0.05 },
    let: {
      den: 'mc + mp * sin(x[3])^2',
      acc: '(a[1] + mp * sin(x[3]) * (l * x[4]^2 - g * cos(x[3]))) / den',
      alpha: '(g * sin(x[3]) - cos(x[3]) * acc) / l',
    },
    controlDim: 1,
    x0: [0, 0, 0.3, 0],
    drift: '[x[2], acc, x[4], alpha]',
    diffusion: '[0, noise, 0, noise]',
    controlSet: { kind: 'box', low: -10, high: 10 },
    runningCost: 'x[1]^2 + 5 * x[3]^2 + 0.1 * x[2]^2 + 0.1 * x[4]^2 + 0.01 * a[1]^2',
    terminalCost: '10 * dot(x, x)',
  })
}
