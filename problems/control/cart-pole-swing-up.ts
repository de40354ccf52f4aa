import { defineControlProblem } from '../../src/control/definition.ts'

export default defineControlProblem({
  id: 'cart-pole-swing-up',
  title: 'Swing a hanging pole up by moving its cart, and hold it there',
  source: 'A classic of control; costs and coefficients of our own',
  group: 'Stochastic control',
  exercises: 'many ways up that cost nearly the same, a bound that binds, an unstable end',
  // x = (position, speed, angle from upright, angular speed).
  settings: { dim: 4, horizon: 3, mc: 1, mp: 0.1, l: 0.5, g: 9.81, noise: 0.05, force: 15 },
  let: {
    den: 'mc + mp * sin(x[3])^2',
    acc: '(a[1] + mp * sin(x[3]) * (l * x[4]^2 - g * cos(x[3]))) / den',
    alpha: '(g * sin(x[3]) - cos(x[3]) * acc) / l',
  },
  x0: 'if(i == 3, pi, 0)',
  controlDim: 1,
  drift: '[x[2], acc, x[4], alpha]',
  diffusion: '[0, noise, 0, noise]',
  controlSet: { kind: 'box', low: '-force', high: 'force' },
  runningCost: 'x[1]^2 + 2 * (1 - cos(x[3])) + 0.1 * x[2]^2 + 0.05 * x[4]^2 + 0.01 * a[1]^2',
  terminalCost: '10 * (x[1]^2 + x[2]^2 + 2 * (1 - cos(x[3])) + 0.2 * x[4]^2)',
})
