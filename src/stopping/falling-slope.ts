/** Whether the slope of a payoff falls at a stroke along a line, as at the cap of a call spread, however that is spelled. */

/** How often a line is halved. */
const HALVINGS = 30
/** Shares of a slope, and of its fall over a line, that are a kink. */
const LEAST = 1e-3

/** Along a line, by its parameter from 0 to 1: what is paid, and the slope of that. */
export interface Along {
  value: (s: number) => number
  slope: (s: number) => number
}

export function hasFallingSlope({ value, slope }: Along): boolean {
  // A ramp that begins and ends within the line is flat at both ends.
  const steepest = narrowed(0, 1, value, Math.abs)
  return falls(slope, 0, steepest) || falls(slope, steepest, 1)
}

function falls(slope: Along['slope'], start: number, end: number): boolean {
  const [first, last] = [slope(start), slope(end)]
  const fall = first - last
  if (!(fall > LEAST * Math.max(Math.abs(first), Math.abs(last)))) return false
  const place = narrowed(start, end, slope, (change) => -change)
  const width = 2 ** -HALVINGS * (end - start)
  return slope(place - width) - slope(place + width) > LEAST * fall
}

/** Where `of` changes most, by halves. @param size of a change */
function narrowed(start: number, end: number, of: Along['value'], size: (change: number) => number): number {
  let [low, high] = [start, end]
  let [below, above] = [of(low), of(high)]
  for (let k = 0; k < HALVINGS; k++) {
    const middle = 0.5 * (low + high)
    const value = of(middle)
    if (size(value - below) > size(above - value)) [high, above] = [middle, value]
    else [low, below] = [middle, value]
  }
  return 0.5 * (low + high)
}
