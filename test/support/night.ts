/** `NIGHT=1 npm test` runs what is statistical with all its seeds; by day fewer are enough to see what breaks. */
const isNight = process.env.NIGHT === '1'

/** @returns so many by day, so many at night */
export function seedCount(day: number, night: number): number {
  return isNight ? night : day
}
