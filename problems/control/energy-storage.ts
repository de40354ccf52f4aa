import { defineControlProblem } from '../../src/control/definition.ts'
import { storageValue } from '../../src/control/references/energy-storage.ts'

export default defineControlProblem({
  id: 'energy-storage',
  title: 'Storage devices between wind, grid and demand over a day: when to charge, when to discharge',
  source:
    'After Han, E (2016), arXiv:1611.07422, sect. 4.2, and Salas, Powell (2013); coefficients of our own',
  group: 'Stochastic control',
  exercises: 'state constraints met on every path, bang-bang controls, kinks in the cost',
  // x = (levels of the devices, wind, price): dim is the number of devices plus two. Devices share capacity and rate.
  settings: {
    dim: 3,
    horizon: 1,
    capacity: 0.3,
    rate: 2.4,
    efficiency: 0.9,
    windMean: 0.4,
    windReversion: 3,
    windNoise: 0.8,
    priceReversion: 4,
    priceNoise: 1,
    spread: 0.05,
    salvage: 0.8,
  },
  let: {
    devices: 'dim - 2',
    level: 'x[1:dim-2]',
    demand: '1 - 0.4 * cos(2 * pi * t / horizon)',
    price: '(1 - 0.4 * sin(2 * pi * t / horizon)) * exp(x[dim])',
    wind: 'windMean * exp(x[dim-1])',
    usage: 'sum(max(a, 0)) / efficiency - sum(max(-a, 0)) * efficiency',
    bought: 'dt * (demand - wind) + usage',
  },
  x0: 'if(i <= dim - 2, capacity / (dim - 2) / 2, 0)',
  noiseDim: 2,
  controlDim: 'dim - 2',
  // a is what a device's level changes by in the period: never beyond empty, full, or its rate. The cube makes doing
  // nothing easy to learn, and the bounds near: the best rule is one of the three almost always.
  controlSet: {
    kind: 'map',
    formula:
      '(max(v, 0) * min(rate / devices * dt, capacity / devices - level) - max(-v, 0) * min(rate / devices * dt, level)) * (0.2 + v^2) / sqrt(1 + (0.2 * v + v^3)^2)',
  },
  transition:
    'concat(level + a, (1 - windReversion * dt) * x[dim-1] + windNoise * sqrt(dt) * w[1], (1 - priceReversion * dt) * x[dim] + priceNoise * sqrt(dt) * w[2])',
  runningCost: 'price * (bought + spread * abs(bought))',
  terminalCost: '-salvage * sum(level)',
  constraints: ['level', 'capacity / devices - level', 'rate / devices * dt - a', 'a + rate / devices * dt'],
  steps: 24,
  // The levels of equal devices move together: a rate that suits one of them is too high for the sum of many.
  training: { batchSize: 128, iterations: 3000, learningRate: 0.005, networkRate: 1 },
  reference: storageValue,
})
