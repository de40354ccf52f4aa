/** Which random equations are solved, by the seeds in `seeds.json`: nothing in it was chosen for what came out. */
import { readFileSync } from 'node:fs'
import { seedCount } from '../night.ts'
import { DRIVERS } from './drivers.ts'
import { DYNAMICS } from './dynamics.ts'

interface Seeds {
  /** Seed and number of the equations of the tests. */
  tests: { seed: number; equations: number }
  /** Every pair of classes with each of these. */
  nightly: number[]
}

const seeds: Seeds = JSON.parse(readFileSync(new URL('./seeds.json', import.meta.url), 'utf8'))
const dynamics = Object.keys(DYNAMICS)
const drivers = Object.keys(DRIVERS)

/** The first equations of the walk through all pairs, few components each: by day, as many as have every class once. */
export const TEST_EQUATIONS = walk(
  seedCount(Math.max(dynamics.length, drivers.length), seeds.tests.equations),
  seeds.tests.seed,
)
export const NIGHTLY_EQUATIONS = seeds.nightly.flatMap((seed) => walk(dynamics.length * drivers.length, seed))

/** Names of equations in an order in which every class comes early: the numbers of classes have no common factor. */
function walk(count: number, seed: number): string[] {
  return Array.from(
    { length: count },
    (_, k) => `${dynamics[k % dynamics.length]}.${drivers[k % drivers.length]}.${seed}`,
  )
}
