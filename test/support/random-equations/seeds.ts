/** Which random equations are solved, by the seeds in `seeds.json`: nothing in it was chosen for what came out. */
import { readFileSync } from 'node:fs'
import { isNight } from '../night.ts'
import { DRIVERS } from './drivers.ts'
import { DYNAMICS } from './dynamics.ts'

interface Seeds {
  /** Seed and number of the equations of the tests at night. */
  tests: { seed: number; equations: number }
  /**
   * Those by day, of at most one component (two where a class needs them), by what they cost in processor time and nothing else. Of the walk of
   * the same seed were timed the first three pairs of each driver that is curved, and all pairs from the seventeenth on of those that are affine (none, linear,
   * discount). Here are the cheapest of each curved driver, the cheapest affine one of each class of dynamics, and the cheapest of the
   * other affine ones up to forty, in the walk's order.
   */
  day: string[]
  /** Every pair of classes with each of these. */
  nightly: number[]
}

const seeds: Seeds = JSON.parse(readFileSync(new URL('./seeds.json', import.meta.url), 'utf8'))
const dynamics = Object.keys(DYNAMICS)
const drivers = Object.keys(DRIVERS)

/** By night the first equations of the walk through all pairs, in few components; by day forty that are cheap. */
export const TEST_EQUATIONS = isNight ? walk(seeds.tests.equations, seeds.tests.seed) : seeds.day
export const NIGHTLY_EQUATIONS = seeds.nightly.flatMap(everyPair)

/** One equation of every pair of classes. */
export function everyPair(seed: number): string[] {
  return walk(dynamics.length * drivers.length, seed)
}

/** Names of equations in an order in which every class comes early: the numbers of classes have no common factor. */
function walk(count: number, seed: number): string[] {
  return Array.from(
    { length: count },
    (_, k) => `${dynamics[k % dynamics.length]}.${drivers[k % drivers.length]}.${seed}`,
  )
}
