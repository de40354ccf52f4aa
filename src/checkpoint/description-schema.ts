/** What the description in a file of ours may hold, as a valibot schema: what else is in it is left out. */
import * as v from 'valibot'
import type { KernelName } from '../kernels/interface.ts'
import { finite, reference, text } from '../page/kinds.ts'
import type { Status } from '../solution/status.ts'

const word = v.pipe(v.string('text'), v.regex(/^[\w.+-]{1,64}$/, 'a word'))
const flag = v.boolean('true or false')
const whole = v.pipe(v.number('a number'), v.safeInteger('an integer'), v.minValue(0, 'an integer ≥ 0'))
const kernels = ['reference', 'simd', 'fma'] as const satisfies readonly KernelName[]
const statuses = [
  'converged',
  'imprecise',
  'one-sided',
  'unconverged',
  'stopped',
] as const satisfies readonly Status[]

const option = v.union(
  [
    finite,
    word,
    text,
    flag,
    v.pipe(v.array(whole), v.maxLength(100)),
    v.pipe(v.array(v.array(finite)), v.maxLength(100)),
  ],
  'a number, a word, true, false, a list of integers or of vectors',
)

const estimate = v.object({
  value: v.nullable(v.number()),
  standardError: v.nullable(v.number()),
  gridError: v.nullable(v.number()),
  gradient: v.array(v.nullable(v.number())),
  gradientStandardError: v.optional(v.array(v.nullable(v.number()))),
  status: v.optional(v.picklist(statuses)),
  reason: v.nullable(text),
  loss: v.optional(v.number()),
})

/** Of every file that a run leaves; its page is checked by `checkStoredPage`. */
export const stateSchema = v.object({
  kind: v.picklist(['checkpoint', 'model', 'policy', 'rule']),
  version: word,
  engine: v.optional(word),
  method: word,
  kernel: v.picklist(kernels),
  confidence: v.pipe(finite, v.gtValue(0), v.ltValue(1)),
  page: v.looseObject({}),
  reference: v.nullable(reference),
  /** As given; what they may be is asked by the method that knows them. */
  options: v.record(word, option),
  fingerprint: v.string(),
  regions: v.array(v.pipe(whole, v.multipleOf(4, 'a multiple of 4'))),
  everyMs: v.pipe(whole, v.maxValue(2 ** 31 - 1)),
  isDone: flag,
  /** Of a model or a rule. */
  estimate: v.optional(estimate),
})
