/** What the description in a file of ours may hold, as a valibot schema: what else is in it is left out. */
import * as v from 'valibot'
import type { KernelName } from '../kernels/interface.ts'
import { finite, reference, text } from '../problem/page-schema.ts'
import type { RunOptions } from '../solution/solution.ts'

const word = v.pipe(v.string('text'), v.regex(/^[\w.+-]{1,64}$/, 'a word'))
const flag = v.boolean('true or false')
const whole = v.pipe(v.number('a number'), v.safeInteger('an integer'), v.minValue(0, 'an integer ≥ 0'))
const kernels = ['reference', 'simd', 'fma'] as const satisfies readonly KernelName[]

type Kept = Exclude<keyof RunOptions, 'onProgress' | 'onIterations'>

/** The options that a run's result depends on. What they may be is asked again by whoever resolves them. */
const kept = {
  steps: v.optional(whole),
  batchSize: v.optional(whole),
  iterations: v.optional(whole),
  learningRate: v.optional(finite),
  schedule: v.optional(word),
  family: v.optional(word),
  hidden: v.optional(v.pipe(v.array(whole, 'a list of widths'), v.maxLength(100, 'at most 100 widths'))),
  activation: v.optional(word),
  batchNorm: v.optional(flag),
  skips: v.optional(word),
  sharedNetwork: v.optional(flag),
  preset: v.optional(word),
  scheme: v.optional(word),
  paths: v.optional(whole),
  tolerance: v.optional(finite),
  seed: v.optional(whole),
  retries: v.optional(whole),
  levels: v.optional(whole),
  base: v.optional(whole),
  repetitions: v.optional(whole),
  bounds: v.optional(flag),
  hessian: v.optional(flag),
  hessianAlong: v.optional(v.pipe(v.array(v.array(finite)), v.maxLength(1000, 'at most 1000 directions'))),
  samples: v.optional(flag),
  region: v.optional(text),
} satisfies Record<Kept, unknown>

export const KEPT_OPTIONS: ReadonlySet<string> = new Set(Object.keys(kept))

const estimate = v.object({
  value: v.nullable(v.number()),
  standardError: v.nullable(v.number()),
  gridError: v.nullable(v.number()),
  gradient: v.array(v.nullable(v.number())),
  gradientStandardError: v.optional(v.array(v.nullable(v.number()))),
  reason: v.nullable(text),
})

/** Of every file that a run leaves; its page is checked by `checkStoredPage`. */
export const stateSchema = v.object({
  kind: v.picklist(['checkpoint', 'model', 'policy']),
  version: word,
  engine: v.optional(word),
  method: word,
  kernel: v.picklist(kernels),
  confidence: v.pipe(finite, v.gtValue(0), v.ltValue(1)),
  page: v.looseObject({}),
  reference: v.nullable(reference),
  options: v.strictObject(kept),
  fingerprint: v.string(),
  regions: v.array(v.pipe(whole, v.multipleOf(4, 'a multiple of 4'))),
  everyMs: v.pipe(whole, v.maxValue(2 ** 31 - 1)),
  isDone: flag,
  /** Of a model. */
  estimate: v.optional(estimate),
})
