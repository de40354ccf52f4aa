import { defineControlProblem } from '../../src/control/definition.ts'
import { systemicNoise, systemicValue } from '../../src/control/references/systemic-risk.ts'

export default defineControlProblem({
  id: 'systemic-risk',
  title: 'Lending among ten banks: the best answer of one bank to the others in equilibrium',
  source: 'Carmona, Fouque, Sun (2015), Mean field games and systemic risk, Commun. Math. Sci. 13, sect. 3',
  group: 'Stochastic control',
  exercises: 'one control in ten dimensions, common noise, time-dependent coefficients',
  settings: { dim: 10, horizon: 1, reversion: 0.1, q: 0.1, epsilon: 0.5, c: 0.5, rho: 0.2, sigma: 1 },
  constants: systemicNoise,
  let: {
    // The equilibrium's η(t) in closed form.
    k: '1 - 1 / dim^2',
    root: 'sqrt((reversion + q)^2 + k * (epsilon - q^2))',
    above: '-(reversion + q) + root',
    below: '-(reversion + q) - root',
    growth: 'exp((above - below) * (horizon - t))',
    eta: '(-(epsilon - q^2) * (growth - 1) - c * (above * growth - below)) / ((below * growth - above) - c * k * (growth - 1))',
    gap: 'mean(x) - x',
    others: '(q + (1 - 1 / dim) * eta) * gap[2:dim]',
  },
  x0: 0,
  noiseDim: 'dim + 1',
  controlDim: 1,
  drift: 'reversion * gap + concat(a, others)',
  diffusion: 'noise',
  runningCost: 'a[1]^2 / 2 - q * a[1] * gap[1] + epsilon / 2 * gap[1]^2',
  terminalCost: 'c / 2 * gap[1]^2',
  reference: systemicValue,
})
