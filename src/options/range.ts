/** Numbers that a text says in short: from:to:step, or from:to/count. */

const RANGE = /^([^:[\],/]+):([^:[\],/]+)(?::([^:[\],/]+))?(?:\/(\d{1,9}))?$/
/** What rounding adds to a sum of steps. */
const SLACK = 1e-9

export interface RangeReader {
  /** Reads one number. */
  number(text: string): number
  /** Says why the text is no range. */
  fail(why: string): never
  /** More values than this are a slip. */
  most: number
}

/** The values, both ends in where the step leads there; null where the text is no range. */
export function rangeValues(text: string, { number, fail, most }: RangeReader): number[] | null {
  const range = RANGE.exec(text)
  if (range === null) return null
  const [, a, b, s, n] = range
  const [from, to] = [number(a), number(b)]
  const requireFew = (count: number) => {
    if (count <= most) return count
    return fail(`${count.toLocaleString('en-US')} values are more than ${most.toLocaleString('en-US')}`)
  }
  if (s !== undefined && n !== undefined)
    return fail(`a range has a step or a number of values, got both in '${text}'`)
  if (n !== undefined) {
    const count = requireFew(Number(n))
    if (count < 2) return fail(`from ${from} to ${to} takes two values at least, got ${count}`)
    return Array.from({ length: count }, (_, k) => rounded(from + (k * (to - from)) / (count - 1)))
  }
  if (s === undefined) return fail(`'${text}' has no step`)
  const step = number(s)
  if (step === 0) return fail(`the step of '${text}' is zero`)
  const steps = (to - from) / step
  if (steps < 0) return fail(`steps of ${step} never lead from ${from} to ${to}`)
  const count = requireFew(Math.floor(steps + SLACK) + 1)
  return Array.from({ length: count }, (_, k) => rounded(from + k * step))
}

/** 0.1 + 2·0.1 is 0.3. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
