/** References of plants with four states, by dynamic programmes in tubes around the trajectories that the search found. */
import { expect, it } from 'vitest'
import { compileControl } from '../../src/control/compile.ts'
import { startsOf } from '../../src/control/start/find.ts'
import { builtInOf } from '../../src/page/catalog.ts'
import type { Reference } from '../../src/problem/definition.ts'
import { isNight } from '../support/night.ts'
import { CART_POLE, DOUBLE_PENDULUM, tubeValue } from '../support/tube-programme.ts'

const SEARCHED = 160

// At night: what the pages print as references moves with the pages alone.
it.runIf(isNight).each([
  { id: 'cart-pole', plant: CART_POLE, radius: 0.2, fewest: 40 },
  { id: 'cart-pole', plant: CART_POLE, radius: 0.2, fewest: 80 },
  { id: 'double-pendulum', plant: DOUBLE_PENDULUM, radius: 0.1, fewest: 40 },
])('of $id is what a dynamic programme says, from $fewest steps', async ({ id, plant, radius, fewest }) => {
  const page = (await builtInOf('control', id))!
  const problem = await compileControl(page, page.settings, { start: true })
  const { states } = startsOf(problem, {}).ways.found[0].rule
  expect(states.length).toBe((SEARCHED + 1) * plant.start.length)
  const valueIn = (steps: number) => {
    const size = plant.start.length
    const at = (n: number) => ((n * SEARCHED) / steps) * size
    const centres = Array.from({ length: steps + 1 }, (_, n) => states.slice(at(n), at(n) + size))
    return tubeValue(plant, centres, radius)
  }
  const [coarse, fine] = [valueIn(fewest), valueIn(2 * fewest)]
  // Steps of order 2; all that they are extrapolated by is allowed for.
  const left = (coarse - fine) / 3
  const { value, standardError } = page.reference as Reference
  expect(Math.abs(fine - left - value)).toBeLessThan(left + 3 * standardError!)
  expect(left).toBeLessThan(0.01 * value)
})
