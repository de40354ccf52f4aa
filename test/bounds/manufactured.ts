/** Equations whose solution is chosen first and whose source follows from it: u = c + A sin(k Σxᵢ/√d + ωt). */
import { defineProblem, type ProblemDefinition } from '../../src/problem/definition.ts'

/** Numbers from 0 to 1. */
type Random = () => number

/** σᵢ and μᵢ as formulas, and what they sum to: Σσᵢ², Σσᵢ, Σμᵢ. */
interface Motion {
  drift: string
  diffusion: string
  x0: string
  squares: string
  sum: string
  drifts: string
}

const MOTIONS: Record<string, (random: Random) => Motion> = {
  brownian: (random) => {
    const mu = (random() - 0.5).toFixed(3)
    return { ...still((0.3 + random()).toFixed(3)), drift: mu, drifts: `dim * ${mu}` }
  },
  'ornstein-uhlenbeck': (random) => {
    const rate = (0.2 + random()).toFixed(3)
    return {
      ...still(`${(0.3 + 0.7 * random()).toFixed(3)}`),
      drift: `-${rate} * x`,
      drifts: `-${rate} * sum(x)`,
    }
  },
  geometric: (random) => {
    const [mu, sigma] = [(0.2 * random()).toFixed(3), (0.1 + 0.3 * random()).toFixed(3)]
    return {
      drift: `${mu} * x`,
      drifts: `${mu} * sum(x)`,
      diffusion: `${sigma} * x`,
      x0: '1',
      squares: `${sigma}^2 * dot(x, x)`,
      sum: `${sigma} * sum(x)`,
    }
  },
  'state-dependent': (random) => {
    const sigma = (0.2 + 0.4 * random()).toFixed(3)
    const each = `${sigma} * sqrt(1 + sin(x)^2)`
    return {
      drift: 'cos(x)',
      drifts: 'sum(cos(x))',
      diffusion: each,
      x0: '0.3',
      squares: `sum((${each})^2)`,
      sum: `sum(${each})`,
    }
  },
  'time-dependent': (random) => still(`(${(0.2 + 0.5 * random()).toFixed(3)} * (1 + 0.8 * sin(3 * t)))`),
}

function still(sigma: string): Motion {
  return {
    drift: '0',
    drifts: '0',
    diffusion: sigma,
    x0: '0.2',
    squares: `dim * ${sigma}^2`,
    sum: `dim * ${sigma}`,
  }
}

/** f as a formula of y, |z|² and Σz/√d, beside t and x; and its curvature where the page has to say it. */
interface Driver {
  f: (y: string, zz: string, zs: string) => string
  curvature?: 'convex' | 'concave'
}

export const DRIVERS: Record<string, (random: Random) => Driver> = {
  'source alone': () => ({ f: () => '0' }),
  'linear, of t and x': (random) => {
    const [a, b] = [(1 + random()).toFixed(3), (random() - 0.5).toFixed(3)]
    return { f: (y, _, zs) => `-${a} * (1 + sin(2 * t)) * ${y} + ${b} * cos(sum(x)) * ${zs}` }
  },
  'a square of z': (random) => {
    const kappa = either(random, 0.2 + random())
    return { f: (_, zz) => `${kappa} * ${zz} / 2` }
  },
  'a square of z that grows': (random) => {
    const kappa = either(random, 0.2 + random())
    return {
      f: (_, zz) => `${kappa} * (1 + t) * ${zz} / 2`,
      curvature: kappa.startsWith('-') ? 'concave' : 'convex',
    }
  },
  'a root of z': (random) => {
    const a = (0.3 + random()).toFixed(3)
    return { f: (_, zz) => `${a} * sqrt(1 + ${zz})`, curvature: 'convex' }
  },
  'convex in y': (random) => {
    const a = (0.2 + random()).toFixed(3)
    return { f: (y) => `${a} * exp(-t) * ${y}^2 - ${y}` }
  },
  'concave in y': (random) => {
    const a = (0.2 + random()).toFixed(3)
    return { f: (y, _, zs) => `-${a} * log(1 + exp(${y})) + 0.3 * ${zs}`, curvature: 'concave' }
  },
  'a kink in y': (random) => {
    const [a, k] = [either(random, 0.5 + 2 * random()), (random() - 0.3).toFixed(3)]
    return { f: (y) => `${a} * max(${y} - ${k}, 0)` }
  },
  'a kink in y and z': (random) => {
    const a = (0.3 + random()).toFixed(3)
    return { f: (y, _, zs) => `${a} * max(${y} - ${zs}, 0)` }
  },
}

function either(random: Random, size: number): string {
  return ((random() < 0.5 ? -1 : 1) * size).toFixed(3)
}

export const MOTION_NAMES = Object.keys(MOTIONS)

export function manufactured(
  motionName: string,
  driverName: string,
  random: Random,
): { page: ProblemDefinition; exact: number } {
  const dim = 1 + Math.floor(4 * random())
  const horizon = 0.3 + 0.9 * random()
  const [c, a, k, w] = [random() - 0.5, 0.3 + random(), 0.4 + 1.2 * random(), 3 * (random() - 0.5)].map((v) =>
    v.toFixed(3),
  )
  const motion = MOTIONS[motionName](random)
  const { f, curvature } = DRIVERS[driverName](random)
  const phase = `(${k} * sum(x) / sqrt(dim) + ${w} * t)`
  const u = `(${c} + ${a} * sin${phase})`
  const slope = `(${a} * cos${phase})`
  const along = `(${k} / sqrt(dim) * ${slope})`
  const zz = `(${along}^2 * (${motion.squares}))`
  const zs = `(${along} * (${motion.sum}) / sqrt(dim))`
  const rest = `${w} * ${slope} + ${along} * (${motion.drifts}) - 0.5 * ${a} * sin${phase} * ${k}^2 / dim * (${motion.squares})`
  const page = defineProblem({
    id: 'manufactured',
    title: `${motionName}, ${driverName}`,
    source: 'none',
    group: 'Test',
    settings: { dim, horizon },
    x0: motion.x0,
    drift: motion.drift,
    diffusion: motion.diffusion,
    driver: `${f('y', 'dot(z, z)', '(sum(z) / sqrt(dim))')} - (${rest}) - (${f(u, zz, zs)})`,
    terminal: u.replaceAll(' * t)', ` * ${horizon})`),
    exact: u,
    ...(curvature && { curvature }),
  } as never)
  const sum = Number(k) * Number(motion.x0) * Math.sqrt(dim)
  return { page, exact: Number(c) + Number(a) * Math.sin(sum) }
}
