/** A random u(t,x) of one-dimensional profiles along random directions, |x|²/d and means over components, with its derivatives as text. */
import type { SettingValue } from '../../../src/problem/definition.ts'
import type { Draw } from './draw.ts'
import type { RandomMotion, Size } from './motion.ts'
import { BOUNDED, GROWING, PROPER, type Profile, sine, tanh } from './profiles.ts'

/** What the driver asks of u: values between 0 and the unit, bounded ones, or no more than moments. */
export type Growth = 'proper' | 'bounded' | 'any'

export interface RandomSolution {
  settings: Record<string, SettingValue>
  /** u, its time derivative `ut`, its gradient `gu` and `trace` = Tr(σσᵀ∇²u), named formulas in order. */
  let: Record<string, string>
  /** u(horizon, ·). */
  terminal: string
  /** u(t, x), without names of `let`. */
  exact: string
}

/** One summand: its texts at the time named `t`. */
interface Summand {
  settings: Record<string, SettingValue>
  value: (t: string) => string
  timeDerivative: string
  /** [dim] */
  gradient: string
  trace: string
}

/** An amplitude in time and its derivative. */
interface Amplitude {
  value: (t: string) => string
  slope: (t: string) => string
}

export function randomSolution(
  size: Size,
  motion: RandomMotion,
  growth: Growth,
  unit: number,
  draw: Draw,
): RandomSolution {
  const count = draw.integer(1, 3)
  const isFree = growth === 'any' && motion.isLight
  const summands = Array.from({ length: count }, (_, k) => {
    const isRidge = k === 0 || draw.isTrue(0.6)
    if (isRidge)
      return ridge(k + 1, size, motion, isFree ? 'any' : growth === 'proper' ? 'proper' : 'bounded', draw)
    return overComponents(k + 1, size, motion, isFree, growth === 'proper', draw)
  })
  const share = growth === 'proper' ? unit / count : unit
  const add = (texts: string[]) => `${share} * (${texts.join(' + ')})`
  return {
    settings: Object.assign({}, ...summands.map(({ settings }) => settings)),
    let: {
      u: add(summands.map(({ value }) => value('t'))),
      ut: add(summands.map(({ timeDerivative }) => timeDerivative)),
      gu: add(summands.map(({ gradient }) => gradient)),
      tr: add(summands.map(({ trace }) => trace)),
    },
    terminal: add(summands.map(({ value }) => value('horizon'))),
    exact: add(summands.map(({ value }) => value('t'))),
  }
}

/** a(t) φ(w·x + p + vt). */
function ridge(k: number, size: Size, motion: RandomMotion, growth: Growth, draw: Draw): Summand {
  const { dim, horizon } = size
  const profile = draw.pick(growth === 'any' ? GROWING : growth === 'proper' ? PROPER : BOUNDED)
  const unitVector = draw.direction(dim, draw.uniform(0.3, 1.1))
  const { spread, x0 } = motion
  const w = unitVector.map((value, i) => digits(value / (typeof spread === 'number' ? spread : spread[i])))
  const p = digits(draw.uniform(-0.8, 0.8) - w.reduce((sum, value, i) => sum + value * x0[i], 0))
  const v = draw.isTrue() ? 0 : digits(draw.uniform(-0.6, 0.6) / horizon)
  const a = amplitude(growth === 'proper', horizon, draw)
  const s = (t: string) => `dot(w${k}, x) + p${k}${v === 0 ? '' : ` + v${k} * ${t}`}`
  const inner = `(${s('t')})`
  const moving = v === 0 ? '' : ` + ${a.value('t')} * v${k} * ${profile.slope(inner)}`
  return {
    settings: { [`w${k}`]: w, [`p${k}`]: p, ...(v === 0 ? {} : { [`v${k}`]: v }) },
    value: (t) => `${a.value(t)} * ${profile.value(`(${s(t)})`)}`,
    timeDerivative: `${a.slope('t')} * ${profile.value(inner)}${moving}`,
    gradient: `${a.value('t')} * ${profile.slope(inner)} * w${k}`,
    trace: `${a.value('t')} * ${profile.bend(inner)} * sum((${motion.scale(`w${k}`)})^2)`,
  }
}

/** a(t) mean(φ(x/l)), or a(t)|x/l|²/d. */
function overComponents(
  k: number,
  size: Size,
  motion: RandomMotion,
  isFree: boolean,
  isProper: boolean,
  draw: Draw,
): Summand {
  const a = amplitude(isProper, size.horizon, draw)
  const l = `l${k}`
  const settings = { [l]: digits(size.length * (isFree ? 1.5 : draw.uniform(0.7, 2))) }
  if (isFree && draw.isTrue()) {
    return {
      settings,
      value: (t) => `${a.value(t)} * dot(x, x) / (dim * ${l}^2)`,
      timeDerivative: `${a.slope('t')} * dot(x, x) / (dim * ${l}^2)`,
      gradient: `${a.value('t')} * 2 * x / (dim * ${l}^2)`,
      trace: `${a.value('t')} * 2 * (${motion.trace}) / (dim * ${l}^2)`,
    }
  }
  const profile: Profile = isProper ? PROPER[0] : draw.pick([sine, tanh])
  const s = `(x / ${l})`
  return {
    settings,
    value: (t) => `${a.value(t)} * mean(${profile.value(s)})`,
    timeDerivative: `${a.slope('t')} * mean(${profile.value(s)})`,
    gradient: `${a.value('t')} * ${profile.slope(s)} / (dim * ${l})`,
    trace: `${a.value('t')} * mean((${motion.squares}) .* ${profile.bend(s)}) / ${l}^2`,
  }
}

function amplitude(isProper: boolean, horizon: number, draw: Draw): Amplitude {
  const c = isProper ? draw.uniform(0.5, 0.95) : draw.signed(0.4, 1.2)
  switch (draw.integer(1, 3)) {
    case 1:
      return { value: () => `${c}`, slope: () => '0' }
    case 2: {
      const r = digits(draw.uniform(0.1, 1) / horizon)
      return { value: (t) => `${c} * exp(-${r} * ${t})`, slope: (t) => `${-c * r} * exp(-${r} * ${t})` }
    }
    default: {
      const omega = digits(draw.uniform(1, 4) / horizon)
      const size = isProper ? c / 1.4 : c
      return {
        value: (t) => `${size} * (1 + 0.4 * sin(${omega} * ${t}))`,
        slope: (t) => `${size * 0.4 * omega} * cos(${omega} * ${t})`,
      }
    }
  }
}

/** Four digits. */
function digits(value: number): number {
  return Number(value.toPrecision(4))
}
