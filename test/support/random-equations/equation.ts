/**
 * Random manufactured equations: u is chosen first, and the driver is a nonlinearity and the source with which u solves
 * the equation. The page is text without u's formula as `exact`: what a stranger would write; the truth is kept apart.
 */
import { Draw } from './draw.ts'
import { DRIVERS, type DriverName } from './drivers.ts'
import { DYNAMICS, type DynamicsClass, type DynamicsName } from './dynamics.ts'
import type { Size } from './motion.ts'
import { randomSolution } from './solution.ts'

export interface RandomEquation {
  /** `dynamics.driver.seed`, which it is drawn from. */
  name: string
  dynamics: DynamicsName
  driver: DriverName
  dim: number
  /** YAML */
  page: string
  /** u(t, x), a formula of the page's settings. */
  exact: string
}

export interface Limits {
  /** Largest dimension. */
  most?: number
}

/** The equation of a name, the same for the same name and limits. */
export function randomEquation(name: string, { most = 100 }: Limits = {}): RandomEquation {
  const [dynamics, driver] = name.split('.') as [DynamicsName, DriverName]
  const draw = new Draw(name)
  const size = randomSize(DYNAMICS[dynamics], most, draw)
  const motion = DYNAMICS[dynamics].family(size, draw)
  const unit = draw.isTrue() ? 1 : draw.scale(0.1, 100)
  const { noiseDim } = motion
  const h = DRIVERS[driver]({ ...size, noiseDim, unit }, draw)
  const u = randomSolution(size, motion, h.growth, unit, draw)
  const source = `-ut - sum((${motion.drift}) .* gu) - 0.5 * tr`
  const isPlain = h.text('y', 'z') === '0'
  const settings = { dim: size.dim, horizon: size.horizon, ...motion.settings, ...u.settings }
  const entries: Record<string, unknown> = {
    id: name,
    settings: { ...settings, unit, ...h.settings },
    let: { ...motion.let, ...u.let, zu: motion.scale('gu') },
    x0: motion.x0,
    noiseDim,
    drift: motion.drift,
    diffusion: motion.diffusion,
    correlation: motion.correlation,
    driver: isPlain ? source : `${h.text('y', 'z')} - (${h.text('u', 'zu')}) + (${source})`,
    terminal: u.terminal,
  }
  return { name, dynamics, driver, dim: size.dim, page: yamlOf(entries), exact: u.exact }
}

function randomSize(
  { least = 1, most = 100, isEven = false }: DynamicsClass,
  limit: number,
  draw: Draw,
): Size {
  const dim = Math.max(least, Math.min(most, limit, Math.round(draw.scale(1, limit))))
  return {
    dim: isEven ? dim + (dim % 2) : dim,
    horizon: draw.scale(0.05, 3),
    length: draw.isTrue() ? 1 : draw.scale(0.05, 50),
  }
}

/** A line for every entry; JSON is YAML. */
function yamlOf(entries: Record<string, unknown>): string {
  const lines = Object.entries(entries).flatMap(([key, value]) => {
    if (value === undefined) return []
    if (key !== 'settings' && key !== 'let') return [`${key}: ${JSON.stringify(value)}`]
    const inner = Object.entries(value as object).map(
      ([name, entry]) => `  ${name}: ${JSON.stringify(entry)}`,
    )
    return [`${key}:`, ...inner]
  })
  return `${lines.join('\n')}\n`
}
