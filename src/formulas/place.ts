/** Loops that have one element to compute: the derivative of a maximum is 0 but at its place. */
import type { Expression, Reduce } from './expression.ts'
import { type Loop, withoutReshape } from './order.ts'
import { sizeOf } from './shape.ts'

export function isPlace(node: Reduce): boolean {
  return node.operation === 'argmax' || node.operation === 'argmin'
}

/** The place of the greatest or least of as many, where the loop stores 0 in all others: the derivative of a maximum. */
export function onlyPlace({ stores, reductions, size }: Loop): Reduce | null {
  if (reductions.length > 0 || stores.length === 0) return null
  const places = new Set(stores.map(({ value }) => placeOf(withoutReshape(value), size)))
  const [place] = places
  return places.size === 1 ? place : null
}

/** p where `value` is select(i = p, …, 0), i counting from 1 to `size`. */
function placeOf(value: Expression, size: number): Reduce | null {
  if (value.kind !== 'apply' || value.fn !== 'select') return null
  const [condition, , otherwise] = value.args.map(withoutReshape)
  const zero = otherwise.kind === 'fill' ? otherwise.args[0] : otherwise
  if (zero.kind !== 'constant' || zero.value !== 0) return null
  if (condition.kind !== 'apply' || condition.fn !== 'equal') return null
  const [index, place] = condition.args.map(withoutReshape)
  if (index.kind !== 'iota' || place.kind !== 'reduce' || !isPlace(place)) return null
  return sizeOf(place.args[0].shape) === size ? place : null
}
