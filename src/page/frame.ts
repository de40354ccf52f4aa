/** What every page says: its name, its numbers, where it starts, its noise, and what it is compared with. */
import * as v from 'valibot'
import { count, finite, formula, formulas, id, numbers, reference, text, values } from './kinds.ts'

const CORRELATION = 'a number, a matrix or a formula of the settings'

export const frame = {
  id,
  title: v.optional(text),
  source: v.optional(text, 'own page'),
  group: v.optional(text, 'Your own'),
  exercises: v.optional(text),
  settings: values,
  let: v.optional(formulas),
  x0: v.union([finite, numbers, formula], 'a finite number, a list of numbers, or a formula of i'),
  noiseDim: v.optional(count),
  correlation: v.optional(
    v.union([finite, v.pipe(v.array(numbers), v.minLength(1, CORRELATION)), formula], CORRELATION),
  ),
  reference: v.optional(reference),
}
