/** Random dynamics, one function a class. Deviations are such that a component moves by about its own length until the horizon. */
import { type Draw, typed } from './draw.ts'
import { type RandomMotion, type Size, withMatrix, withScalar, withVector } from './motion.ts'
import { squareRootProcess, stochasticVolatility } from './square-roots.ts'

/** Draws one member of a class. */
type Family = (size: Size, draw: Draw) => RandomMotion

export interface DynamicsClass {
  family: Family
  /** Of the dimension. */
  least?: number
  most?: number
  isEven?: boolean
}

const start = ({ dim, length }: Size, draw: Draw) => draw.list(dim, -length, length)
const positive = ({ dim, length }: Size, draw: Draw) => draw.list(dim, 0.7 * length, 1.3 * length)
/** Deviation of a unit of time. */
const volatility = ({ length }: Size, draw: Draw) => typed(length * draw.uniform(0.3, 1))
const volatilities = ({ dim, length }: Size, draw: Draw) => draw.list(dim, 0.3 * length, length)
/** A rate with rate·T in the given range. */
const rate = ({ horizon }: Size, draw: Draw, low: number, high: number) =>
  typed(draw.scale(low, high) / horizon)
const spreadOf = (sigma: number, { horizon }: Size) => sigma * Math.sqrt(horizon)

const brownian: Family = (size, draw) => {
  const s = volatility(size, draw)
  const parts = { x0: start(size, draw), drift: '0', isLight: true, spread: spreadOf(s, size) }
  return withScalar(size, { ...parts, settings: { s }, diffusion: 's' })
}

const drifted: Family = (size, draw) => {
  const spread = spreadOf(0.6 * size.length, size)
  const b = draw.list(size.dim, -spread, spread).map((value) => typed(value / size.horizon))
  const settings = { b, s: volatilities(size, draw) }
  return withVector(size, {
    x0: start(size, draw),
    settings,
    drift: 'b',
    diffusion: 's',
    spread,
    isLight: true,
  })
}

const ornsteinUhlenbeck: Family = (size, draw) => {
  const kappa = rate(size, draw, 0.2, 6)
  const reach = Math.sqrt((1 - Math.exp(-2 * kappa * size.horizon)) / (2 * kappa))
  const spread = 0.6 * size.length * reach
  const settings = { kappa, m: draw.uniform(-size.length, size.length), s: volatilities(size, draw) }
  const parts = { x0: start(size, draw), drift: 'kappa * (m - x)', spread, isLight: true }
  if (draw.isTrue()) return withVector(size, { ...parts, settings, diffusion: 's' })
  const kappas = draw.list(size.dim, 0.5 * kappa, 1.5 * kappa)
  return withVector(size, { ...parts, settings: { ...settings, kappa: kappas }, diffusion: 's' })
}

/** A lognormal deviation that keeps σ²T moderate. */
const lognormal = ({ horizon }: Size, draw: Draw) =>
  typed(Math.min(draw.uniform(0.1, 0.5), 0.6 / horizon ** 0.5))

const geometric: Family = (size, draw) => {
  const s = lognormal(size, draw)
  const mu = draw.uniform(-0.1, 0.1)
  const spread = spreadOf(s * size.length, size)
  const parts = { x0: positive(size, draw), drift: 'mu * x', spread, isLight: false }
  const each = draw.isTrue() ? s : draw.list(size.dim, 0.5 * s, s)
  return withVector(size, { ...parts, settings: { mu, s: each }, diffusion: 's * x' })
}

const correlated: Family = (size, draw) => {
  const base = draw.pick([drifted, geometric])(size, draw)
  return withVector(size, {
    ...base,
    correlation: draw.isTrue() ? draw.uniform(0.1, 0.7) : someCorrelation(size, draw),
  })
}

/** Of one common factor with loadings of either sign. */
function someCorrelation({ dim }: Size, draw: Draw): number[][] {
  const loadings = draw.list(dim, -0.8, 0.8)
  return loadings.map((a, i) => loadings.map((b, j) => (i === j ? 1 : a * b)))
}

const dense: Family = (size, draw) => {
  const { dim, length } = size
  const noiseDim = Math.max(1, dim + draw.integer(-1, 1))
  const matrix = draw.matrix(dim, noiseDim, (length * draw.uniform(0.4, 0.9)) / Math.sqrt(noiseDim))
  const drift = draw.isTrue() ? '0' : 'b'
  const settings: RandomMotion['settings'] =
    drift === 'b' ? { b: draw.list(dim, -0.5 * length, 0.5 * length) } : {}
  return withMatrix(
    { x0: start(size, draw), settings, drift, isLight: true, spread: spreadOf(0.6 * length, size) },
    matrix,
  )
}

const linear: Family = (size, draw) => {
  const { dim, length } = size
  const kappa = rate(size, draw, 0.2, 3)
  const mixed = draw.matrix(dim, dim, (0.6 * kappa) / Math.sqrt(dim))
  const A = mixed.map((row, i) => row.map((value, j) => (i === j ? typed(value - kappa) : value)))
  const settings = { A, b: draw.list(dim, -kappa * length, kappa * length) }
  const spread = 0.6 * length * Math.sqrt((1 - Math.exp(-2 * kappa * size.horizon)) / (2 * kappa))
  const parts = { x0: start(size, draw), drift: 'A * x + b', spread, isLight: true }
  if (draw.isTrue()) {
    return withVector(size, {
      ...parts,
      settings: { ...settings, s: volatilities(size, draw) },
      diffusion: 's',
    })
  }
  return withMatrix({ ...parts, settings }, draw.matrix(dim, dim, (0.6 * length) / Math.sqrt(dim)))
}

/** Coefficients of t with an exact law all the same: Gaussian or lognormal. */
const timeDependent: Family = (size, draw) => {
  const { length, horizon } = size
  const omega = rate(size, draw, 1, 6)
  const s = volatility(size, draw)
  const light = { x0: start(size, draw), spread: spreadOf(s, size), isLight: true }
  const kind = draw.integer(1, 3)
  if (kind === 1) {
    const settings = { s, omega, b: typed((0.5 * length) / horizon) }
    const formulas = { drift: 'b * cos(omega * t)', diffusion: 's * (1 + 0.6 * sin(omega * t))' }
    return withScalar(size, { ...light, settings, ...formulas })
  }
  if (kind === 2) {
    const settings = { s, kappa: rate(size, draw, 0.3, 3), m: length, omega }
    const formulas = { drift: 'kappa * (1 + t) * (m * cos(omega * t) - x)', diffusion: 's * exp(-0.4 * t)' }
    return withScalar(size, { ...light, settings, ...formulas })
  }
  const v = lognormal(size, draw)
  const formulas = { drift: '(0.05 + 0.1 * t) * x', diffusion: 'v * (1.2 + 0.5 * sin(omega * t)) * x' }
  const heavy = { x0: positive(size, draw), spread: spreadOf(v * length, size), isLight: false }
  return withVector(size, { ...heavy, settings: { v, omega }, ...formulas })
}

const nonlinearDrift: Family = (size, draw) => {
  const { length } = size
  const k = rate(size, draw, 0.3, 3)
  const s = volatility(size, draw)
  const parts = { x0: start(size, draw), spread: spreadOf(s, size), isLight: true }
  const settings = { k, s, l: length }
  const well = 'k * x .* (1 - (x / l)^2)'
  const coupling = 'k * l * sin((mean(x) - x) / l)'
  const kuramoto = 'k * l * (mean(sin(x / l)) * cos(x / l) - mean(cos(x / l)) * sin(x / l))'
  return withScalar(size, {
    ...parts,
    settings,
    drift: draw.pick([well, coupling, kuramoto]),
    diffusion: 's',
  })
}

/** σᵢ of xᵢ alone. */
const ownState: Family = (size, draw) => {
  const { length: l } = size
  const s = draw.uniform(0.2, 0.6)
  const spread = spreadOf(s * l, size)
  const signed = { x0: start(size, draw), spread, isLight: false }
  const settings = { s, l }
  switch (draw.integer(1, 4)) {
    case 1:
      return withVector(size, { ...signed, settings, drift: '0', diffusion: 's * sqrt(l^2 + x^2)' })
    case 2:
      return withVector(size, {
        ...signed,
        isLight: true,
        settings,
        drift: '-0.5 * x',
        diffusion: 's * l * (1.5 + sin(x / l))',
      })
    case 3: {
      const v = lognormal(size, draw)
      const grown = { x0: positive(size, draw), spread: spreadOf(v * l, size), isLight: false }
      return withVector(size, {
        ...grown,
        settings: { v, l, r: rate(size, draw, 0.2, 2) },
        drift: 'r * x .* (1 - x / l)',
        diffusion: 'v * x',
      })
    }
    default: {
      const v = typed(0.6 * lognormal(size, draw))
      const elastic = { x0: positive(size, draw), spread: spreadOf(v * l, size), isLight: false }
      return withVector(size, {
        ...elastic,
        settings: { v, l },
        drift: '0.05 * x',
        diffusion: 'v * l * max(x / l, 0)^0.75',
      })
    }
  }
}

/** σ of other components than its own. */
const otherState: Family = (size, draw) => {
  const { length: l, dim } = size
  const s = volatility(size, draw)
  const parts = { x0: start(size, draw), spread: spreadOf(s, size), isLight: true }
  const settings = { s, l }
  const kind = dim === 2 ? draw.integer(1, 4) : draw.integer(1, 2)
  if (kind === 1) {
    const diffusion = 's * (1 + 0.6 * sin(2 * mean(x) / l))'
    return withScalar(size, { ...parts, settings, drift: '-0.3 * x', diffusion })
  }
  if (kind === 2) {
    const diffusion = 's * (1.2 + 0.7 * tanh(concat(x[2:end], x[1]) / l))'
    return withVector(size, { ...parts, settings, drift: '0', diffusion })
  }
  if (kind === 3) return stochasticVolatility(size, draw)
  const diffusion = '[[s * (1 + 0.4 * sin(x[2] / l)), 0.4 * s], [0.5 * s * cos(x[1] / l), s]]'
  const rows = ['(s * (1 + 0.4 * sin(x[2] / l)))^2 + (0.4 * s)^2', '(0.5 * s * cos(x[1] / l))^2 + s^2']
  const motion = withVector(size, { ...parts, settings, drift: '-0.2 * x', diffusion })
  return {
    ...motion,
    let: { sigma: diffusion },
    diffusion: 'sigma',
    scale: (v) => `sigma' * (${v})`,
    squares: `[${rows.join(', ')}]`,
    trace: rows.join(' + '),
  }
}

const timeAndState: Family = (size, draw) => {
  const { length: l } = size
  const s = draw.uniform(0.2, 0.6)
  const settings = { s, l, omega: rate(size, draw, 1, 6) }
  const spread = spreadOf(s * l, size)
  if (draw.isTrue()) {
    const diffusion = 's * (1 + 0.5 * sin(omega * t)) * sqrt(l^2 + x^2)'
    return withVector(size, {
      x0: start(size, draw),
      settings,
      drift: '-0.3 * x',
      diffusion,
      spread,
      isLight: false,
    })
  }
  const diffusion = 's * l * (1.5 + sin(x / l - omega * t))'
  return withVector(size, { x0: start(size, draw), settings, drift: '0', diffusion, spread, isLight: true })
}

/** Noise in fewer directions than the state has: kinetic Langevin equations, averages. */
const degenerate: Family = (size, draw) => {
  const { dim, length: l } = size
  const half = dim / 2
  if (dim === 2 && draw.isTrue(0.4)) {
    const v = lognormal(size, draw)
    const motion = withVector(size, {
      x0: [l, 0],
      settings: { v, r: 0.05 },
      drift: '[r * x[1], x[1]]',
      diffusion: '[v * x[1], 0]',
      spread: spreadOf(v * l, size),
      isLight: false,
    })
    if (draw.isTrue()) return motion
    return {
      ...motion,
      let: { sigma: '[[v * x[1]], [0]]' },
      diffusion: 'sigma',
      noiseDim: 1,
      scale: (w) => `sigma' * (${w})`,
    }
  }
  const gamma = rate(size, draw, 0.5, 4)
  const s = volatility(size, draw)
  const S = Array.from({ length: dim }, (_, i) =>
    Array.from({ length: half }, (_, j) => (i === half + j ? s : 0)),
  )
  const force = draw.pick(['-k * x[1:h]', 'k * x[1:h] .* (1 - (x[1:h] / l)^2)'])
  const drift = `concat(x[h+1:end], ${force} - gamma * x[h+1:end])`
  const written = drift.replaceAll('h+1', String(half + 1)).replaceAll(':h', `:${half}`)
  const settings = { gamma, k: rate(size, draw, 0.3, 2), l }
  return withMatrix(
    { x0: start(size, draw), settings, drift: written, spread: spreadOf(s, size), isLight: true },
    S,
  )
}

/** Coefficients that jump at times inside the horizon. */
const jumping: Family = (size, draw) => {
  const { length, horizon } = size
  const at = typed(horizon * draw.uniform(0.15, 0.85))
  const [low, high] = [typed(0.25 * length), typed(0.9 * length)]
  const settings = { at, low, high }
  const spread = spreadOf(0.6 * length, size)
  const light = { x0: start(size, draw), spread, isLight: true }
  switch (draw.integer(1, 3)) {
    case 1:
      return withScalar(size, { ...light, settings, drift: '0', diffusion: 'if(t < at, low, high)' })
    case 2: {
      const jump = { ...settings, b: typed(spread / horizon) }
      return withScalar(size, { ...light, settings: jump, drift: 'if(t < at, b, -b)', diffusion: 'high' })
    }
    default: {
      const v = lognormal(size, draw)
      const heavy = { x0: positive(size, draw), spread: spreadOf(v * length, size), isLight: false }
      return withVector(size, {
        ...heavy,
        settings: { at, v },
        drift: '0.05 * x',
        diffusion: 'if(t < at, v, 0.3 * v) * x',
      })
    }
  }
}

export const DYNAMICS = {
  brownian: { family: brownian },
  drifted: { family: drifted },
  'ornstein-uhlenbeck': { family: ornsteinUhlenbeck },
  geometric: { family: geometric },
  correlated: { family: correlated, least: 2 },
  'dense-noise': { family: dense },
  'linear-drift': { family: linear, least: 2 },
  'time-dependent': { family: timeDependent },
  'nonlinear-drift': { family: nonlinearDrift },
  'own-state-noise': { family: ownState },
  'other-state-noise': { family: otherState, least: 2 },
  'time-and-state-noise': { family: timeAndState },
  'square-root': { family: (size, draw) => squareRootProcess(size, draw, [1.3, 5]) },
  'square-root-at-zero': { family: (size, draw) => squareRootProcess(size, draw, [0.2, 0.9]) },
  degenerate: { family: degenerate, least: 2, isEven: true },
  jumping: { family: jumping },
} satisfies Record<string, DynamicsClass>

export type DynamicsName = keyof typeof DYNAMICS
