/** `NIGHT=1 npm test` runs what is statistical with all its seeds; by day fewer are enough to see what breaks. */
export const isNight = process.env.NIGHT === '1'

/** @returns so many by day, so many at night */
export function seedCount(day: number, night: number): number {
  return isNight ? night : day
}

/** @returns all of them at night, the first `day` by day */
export function byDay<T>(day: number, all: readonly T[]): T[] {
  return all.slice(0, seedCount(day, all.length))
}
