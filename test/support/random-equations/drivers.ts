/** Random nonlinearities h(t, x, y, z), one function a class, as text. The driver is h and the source that u asks for. */
import type { SettingValue } from '../../../src/problem/definition.ts'
import { type Draw, typed } from './draw.ts'
import type { Size } from './motion.ts'
import type { Growth } from './solution.ts'

export interface Nonlinearity {
  settings: Record<string, SettingValue>
  /** h for the names of y and z. */
  text: (y: string, z: string) => string
  growth: Growth
}

interface Context extends Size {
  noiseDim: number
  /** Of y. */
  unit: number
}

type Family = (context: Context, draw: Draw) => Nonlinearity

/** A rate with rate·T in the given range. */
const rate = ({ horizon }: Context, draw: Draw, low: number, high: number) =>
  typed(draw.scale(low, high) / horizon)
/** What z is multiplied by to be of the size of y/T. */
const speed = ({ horizon }: Context, draw: Draw, low: number, high: number) =>
  typed(draw.uniform(low, high) / Math.sqrt(horizon))

const none: Family = () => ({ settings: {}, text: () => '0', growth: 'any' })

const linear: Family = (context, draw): Nonlinearity => {
  const lambda = typed(draw.signed(0.1, 1.2) / context.horizon)
  if (draw.isTrue()) return { settings: { lambda }, text: (y) => `lambda * ${y}`, growth: 'any' }
  const q = draw.direction(context.noiseDim, draw.uniform(0.2, 0.8) / Math.sqrt(context.horizon))
  return { settings: { lambda, q }, text: (y, z) => `lambda * ${y} + dot(q, ${z})`, growth: 'any' }
}

const discount: Family = (context, draw) => {
  const lambda = rate(context, draw, 0.1, 2)
  const c = rate(context, draw, 1, 5)
  const text = draw.pick([
    (y: string) => `-lambda * (1 + 0.8 * sin(c * t)) * ${y}`,
    (y: string) => `-lambda * exp(-c * t) * ${y}`,
  ])
  return { settings: { lambda, c }, text, growth: 'any' }
}

const bistable: Family = (context, draw) => ({
  settings: { lambda: rate(context, draw, 0.3, 3) },
  text: (y) => `lambda * (${y} - ${y}^3 / unit^2)`,
  growth: 'any',
})

const cubic: Family = (context, draw) => ({
  settings: { lambda: rate(context, draw, 0.2, 3) },
  text: (y) => `-lambda * ${y}^3 / unit^2`,
  growth: 'any',
})

const exponential: Family = (context, draw) => ({
  settings: { lambda: rate(context, draw, 0.2, 1.5) },
  text: (y) => `lambda * unit * exp(-${y} / unit)`,
  growth: 'bounded',
})

const quadratic: Family = (_, draw) => ({
  settings: { c: draw.signed(0.1, 1) },
  text: (_y, z) => `c * dot(${z}, ${z}) / unit`,
  growth: 'bounded',
})

const steep: Family = (context, draw) => {
  const slope = draw.uniform(1, 4)
  const lambda = typed((draw.scale(1.5, 8) / (slope * context.horizon)) * (draw.isTrue() ? 1 : -1))
  return {
    settings: { lambda, slope },
    text: (y) => `lambda * unit * sin(slope * ${y} / unit)`,
    growth: 'any',
  }
}

const kinked: Family = (context, draw) => {
  const lambda = typed(draw.scale(0.2, 1.5) / context.horizon)
  const level = typed(context.unit * draw.uniform(-0.5, 0.5))
  const c = typed(speed(context, draw, 0.2, 0.8) / Math.sqrt(context.noiseDim))
  const [settings, text] = draw.pick<[Record<string, SettingValue>, Nonlinearity['text']]>([
    [{ lambda, level }, (y) => `-lambda * max(${y} - level, 0)`],
    [{ lambda, level }, (y) => `lambda * abs(${y} - level)`],
    [{ lambda, level }, (y) => `if(${y} < level, -2 * lambda, -0.5 * lambda) * (${y} - level)`],
    [{ lambda, c }, (y, z) => `-0.5 * lambda * ${y} + c * max(sum(${z}), 0)`],
    [{ lambda, c }, (y, z) => `lambda * max(${y}, 0) - c * min(sum(${z}), 0)`],
  ])
  return { settings, text, growth: 'any' }
}

const product: Family = (context, draw) => ({
  settings: { c: typed(speed(context, draw, 0.2, 1) * (draw.isTrue() ? 1 : -1)) },
  text: (y, z) => `c * ${y} * sum(${z}) / unit`,
  growth: 'bounded',
})

const bounded: Family = (context, draw) => {
  const lambda = typed(draw.scale(0.3, 2) / context.horizon) * (draw.isTrue() ? 1 : -1)
  const c = speed(context, draw, 0.5, 1.5)
  const [settings, text] = draw.pick<[Record<string, SettingValue>, Nonlinearity['text']]>([
    [{ lambda }, (y) => `lambda * unit * tanh(2 * ${y} / unit)`],
    [{ lambda }, (y) => `lambda * ${y} / (1 + ${y}^2 / unit^2)`],
    [{ lambda, c }, (_, z) => `lambda * unit * tanh(c * sum(${z}) / (unit * lambda))`],
  ])
  return { settings, text, growth: 'any' }
}

const absolute: Family = (context, draw) => {
  const c = typed(speed(context, draw, 0.1, 0.6) * (draw.isTrue() ? 1 : -1))
  const { noiseDim } = context
  const [settings, text] = draw.pick<[Record<string, SettingValue>, Nonlinearity['text']]>([
    [{ c }, (_, z) => `c * norm(${z})`],
    [{ c: typed(c / Math.sqrt(noiseDim)) }, (_, z) => `c * sum(abs(${z}))`],
    [{ c }, (_, z) => `c * sqrt(unit^2 + dot(${z}, ${z}))`],
  ])
  return { settings, text, growth: 'any' }
}

const reaction: Family = (context, draw) => {
  const lambda = rate(context, draw, 0.3, 2.5)
  const width = context.length
  const [growth, text] = draw.pick<[Growth, Nonlinearity['text']]>([
    ['proper', (y) => `lambda * (1 + 0.5 * sin(x[1] / width)) * ${y} * (1 - ${y} / unit)`],
    ['any', (y) => `-lambda * (1 + tanh(mean(x) / width)) * ${y}`],
    ['bounded', (y) => `lambda * cos(x[1] / width) * ${y} - lambda * ${y}^3 / unit^2`],
  ])
  return { settings: { lambda, width }, text, growth }
}

export const DRIVERS = {
  none,
  linear,
  discount,
  bistable,
  cubic,
  exponential,
  'quadratic-z': quadratic,
  steep,
  kinked,
  product,
  bounded,
  'absolute-z': absolute,
  reaction,
} satisfies Record<string, Family>

export type DriverName = keyof typeof DRIVERS
