import { defineControlProblem } from '../../src/control/definition.ts'

export default defineControlProblem({
  id: 'pendulum',
  title: 'Swing a pendulum up and hold it, with a motor too weak to lift it at once',
  source: 'A classic of control; coefficients of our own',
  group: 'Stochastic control',
  exercises: 'two ways up, a bound that binds, an unstable end',
  // x = (angle from upright, speed).
  settings: { dim: 2, horizon: 3, gravity: 9.81, damping: 0.1, noise: 0.1, effort: 0.05, torque: 6 },
  x0: 'if(i == 1, pi, 0)',
  controlDim: 1,
  noiseDim: 1,
  drift: '[x[2], gravity * sin(x[1]) - damping * x[2] + a[1]]',
  diffusion: '[[0], [noise]]',
  controlSet: { kind: 'box', low: '-torque', high: 'torque' },
  runningCost: '1 - cos(x[1]) + 0.1 * x[2]^2 + effort * a[1]^2',
  terminalCost: '20 * (1 - cos(x[1])) + 2 * x[2]^2',
  // 192 × 241 points gave 6.475 and 144 × 181 gave 6.484, both in 60 steps; 288 × 361 in 60 steps 6.472.
  reference: {
    value: 6.478,
    standardError: 0.01,
    source: 'Grid dynamic programme of 288 × 361 points and 90 steps, test/support/pendulum-grid.ts',
  },
})
