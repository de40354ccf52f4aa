import { defineProblem } from '../src/problem/definition.ts'
import { tabulated } from '../src/problem/references/tabulated.ts'

const market = { mu: 0.02, sigma: 0.2, rate: 0.02, recovery: 2 / 3 }
const intensity = { highIntensity: 0.2, lowIntensity: 0.02, lowValue: 50, highValue: 70 }
const settings = { dim: 100, horizon: 1, ...market, ...intensity }

export default defineProblem({
  id: 'black-scholes-default-risk',
  title: 'Black–Scholes equation with default risk: a claim on the least of d assets',
  source: 'Han, Jentzen, E (2018), PNAS 115(34), eq. (10)–(12)',
  group: 'Deep BSDE papers, 2017 and 2018',
  exercises: 'driver with kinks in the value, terminal condition with kinks, geometric Brownian state',
  settings,
  let: {
    fall: '(y - lowValue) / (highValue - lowValue)',
    intensity:
      'if(y < lowValue, highIntensity, if(y >= highValue, lowIntensity, highIntensity + (lowIntensity - highIntensity) * fall))',
  },
  x0: 100,
  drift: 'mu * x',
  diffusion: 'sigma * x',
  driver: '-((1 - recovery) * intensity + rate) * y',
  terminal: 'min(x)',
  reference: tabulated(
    'recomputed for this project by simulation',
    [
      { settings: { dim: 100, horizon: 1 }, x0: 100, value: 57.2919, standardError: 2e-4 },
      { settings: { dim: 10, horizon: 1 / 3 }, x0: 50, value: 40.76121, standardError: 8e-5 },
      { settings: { dim: 100, horizon: 1 / 3 }, x0: 50, value: 36.4085, standardError: 4e-4 },
      { settings: { dim: 1000, horizon: 1 / 3 }, x0: 50, value: 33.444, standardError: 3e-3 },
    ],
    { ...market, ...intensity },
  ),
  published: {
    source: 'Han, Jentzen, E (2018)',
    relativeError: 0.0046,
    elapsedSeconds: 1607,
    referenceValue: 57.3,
    steps: 40,
    iterations: 6000,
    learningRate: 8e-3,
    initialValue: [40, 50],
  },
})
