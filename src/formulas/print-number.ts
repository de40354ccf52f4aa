/** [p, q] where a number is the double nearest to p/q with a small q that decimals do not show, else null. */
export function fractionOf(value: number): [number, number] | null {
  for (const q of [3, 6, 7, 9, 11, 12]) {
    const p = Math.round(value * q)
    if (Math.abs(p) < 1000 && p / q === value && p % q !== 0 && `${value}`.length > 10) return [p, q]
  }
  return null
}

/** Whether a number's digits tell what it is: few of them, or those of a small fraction. */
export function isPlain(value: number): boolean {
  return `${value}`.length <= 10 || fractionOf(value) !== null
}
