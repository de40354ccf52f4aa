import { defineControlProblem } from '../../src/control/definition.ts'
import { chainMatrices, chainValue } from '../../src/control/references/oscillators.ts'

export default defineControlProblem({
  id: 'oscillator-chain',
  title: 'A chain of masses and springs, brought to rest by a motor at every tenth of them',
  source: 'Closed form: Riccati equation; coefficients of our own',
  group: 'Stochastic control',
  exercises: 'few actuators for many states, oscillations, noise in the speeds alone',
  // x = (positions, speeds): dim is twice the number of masses.
  settings: { dim: 40, horizon: 4, stiffness: 4, damping: 0.1, effort: 0.1, noise: 0.1 },
  constants: chainMatrices,
  let: { q: 'x[1:dim/2]', speed: 'x[dim/2+1:dim]' },
  x0: 'if(i <= dim / 2, sin(pi * i / (dim / 2 + 1)), 0)',
  controlDim: 'max(1, floor(dim / 20))',
  drift: 'concat(speed, M * a - stiffness * (K * q) - damping * speed)',
  diffusion: 'if(i > dim / 2, noise, 0)',
  runningCost: 'dot(x, x) + effort * dot(a, a)',
  terminalCost: 'dot(x, x)',
  reference: chainValue,
})
