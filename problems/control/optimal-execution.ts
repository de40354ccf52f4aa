import { defineControlProblem } from '../../src/control/definition.ts'
import { executionMatrices, executionValue } from '../../src/control/references/almgren-chriss.ts'

export default defineControlProblem({
  id: 'optimal-execution',
  title: 'Sell several assets by a date: temporary and permanent impact against the risk of waiting',
  source:
    'Almgren, Chriss (2000), Optimal execution of portfolio transactions, J. Risk 3; Appendix A for portfolios',
  group: 'Stochastic control',
  exercises: 'discrete time, a terminal constraint met exactly, a deterministic optimum among noise',
  // x = (positions, price displacements): dim is twice the number of assets.
  settings: {
    dim: 6,
    horizon: 1,
    temporary: 0.3,
    permanent: 0.2,
    volatility: 0.5,
    aversion: 2,
    correlation: 0.3,
  },
  constants: executionMatrices,
  let: {
    q: 'x[1:dim/2]',
    s: 'x[dim/2+1:dim]',
    // The last trade sells what is left.
    trade: 'if(t > horizon - 1.5 * dt, q, a)',
    rest: 'q - trade',
  },
  x0: 'if(i <= dim / 2, 1, 0)',
  noiseDim: 'dim / 2',
  controlDim: 'dim / 2',
  controlSet: { kind: 'free', scale: 0.1 },
  transition: 'concat(rest, s + sqrt(dt) * (F * w) - P * trade)',
  runningCost: 'dot(trade, H * trade) / dt - dot(trade, s) + aversion * dt * dot(rest, C * rest)',
  terminalCost: '0',
  steps: 10,
  reference: (settings, x0) => executionValue(settings, x0),
})
