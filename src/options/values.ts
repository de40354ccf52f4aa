/**
 * Option values from text, strictly: what is no number of the right kind is refused with one line that names the
 * option, what it got, what it takes and an example. Upper bounds are the engine's to know.
 */
import { UserError } from '../errors/errors.ts'
import { suggestion } from '../problem/nearest.ts'

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** An integer ≥ `least`, also as 1e3. */
export function integer(option: string, least: number, example: number): (text: string) => number {
  return (text) => {
    const value = decimal(text)
    if (Number.isSafeInteger(value) && value >= least) return value
    return refuse(option, `an integer ≥ ${least}`, text, String(example))
  }
}

/** A finite number > 0, or ≥ 0 where `zero` is allowed. */
export function positive(
  option: string,
  example: string,
  zero: 'zero' | 'no zero' = 'no zero',
): (text: string) => number {
  return (text) => {
    const value = decimal(text)
    if (Number.isFinite(value) && (value > 0 || (zero === 'zero' && value === 0))) return value
    return refuse(option, `a finite number ${zero === 'zero' ? '≥' : '>'} 0`, text, example)
  }
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A time > 0 as 500ms, 30s, 5m, 1h; a plain number is seconds. Milliseconds. */
export function duration(option: string, example: string): (text: string) => number {
  return (text) => {
    const [, number, unit = 's'] = /^(.*?)(ms|s|m|h)?$/.exec(text) ?? []
    const value = decimal(number ?? '') * UNITS[unit]
    if (Number.isFinite(value) && value > 0) return value
    return refuse(option, 'a time > 0 (ms, s, m or h)', text, example)
  }
}

/** A finite number. */
export function finite(option: string, example: string): (text: string) => number {
  return (text) => {
    const value = decimal(text)
    return Number.isFinite(value) ? value : refuse(option, 'a finite number', text, example)
  }
}

/** A number between 0 and 1, both excluded. */
export function fraction(option: string, example: string): (text: string) => number {
  return (text) => {
    const value = decimal(text)
    if (value > 0 && value < 1) return value
    return refuse(option, 'between 0 and 1', text, example)
  }
}

/** Integers ≥ 1, separated by commas. */
export function integers(option: string, example: string): (text: string) => number[] {
  return (text) => {
    const values = text.split(',').map((part) => decimal(part.trim()))
    if (values.every((value) => Number.isSafeInteger(value) && value >= 1)) return values
    return refuse(option, 'integers ≥ 1 separated by commas', text, example)
  }
}

/** Finite numbers, separated by commas. */
export function vector(option: string, example: string): (text: string) => number[] {
  return (text) => {
    const values = text.split(',').map((part) => decimal(part.trim()))
    if (values.every(Number.isFinite)) return values
    return refuse(option, 'finite numbers separated by commas', text, example)
  }
}

/** Seeds from a list, `3,5,7`, or their number, `5` for 1 to 5. */
export function seedList(option: string): (text: string) => number[] {
  return (text) => {
    const values = text.split(',').map((part) => decimal(part.trim()))
    const isCount =
      values.length === 1 && Number.isSafeInteger(values[0]) && values[0] >= 1 && values[0] <= 10_000
    if (isCount) return Array.from({ length: values[0] }, (_, k) => k + 1)
    const areSeeds = values.every((value) => Number.isSafeInteger(value) && value >= 0 && value < 2 ** 32)
    if (values.length > 1 && areSeeds && new Set(values).size === values.length) return values
    return refuse(option, 'a number of seeds, or different seeds separated by commas', text, '5')
  }
}

/** One of `names`; the nearest is offered. */
export function oneOf<Name extends string>(option: string, names: readonly Name[]): (text: string) => Name {
  return (text) => {
    const found = names.find((name) => name === text)
    if (found !== undefined) return found
    throw new UserError(
      `${option} must be ${names.length === 1 ? '' : 'one of '}${names.join(', ')}, got '${cut(text)}'.${suggestion(text, names)}`,
    )
  }
}

/** Collects an option that may be given several times. */
export function each(text: string, before: string[] = []): string[] {
  return [...before, text]
}

function decimal(text: string): number {
  return DECIMAL.test(text) ? Number(text) : Number.NaN
}

function refuse(option: string, allowed: string, got: string, example: string): never {
  throw new UserError(`${option} must be ${allowed}, got '${cut(got)}'. Use ${option} ${example}.`)
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
