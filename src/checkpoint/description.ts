/** What a checkpoint or a model says about the run it is from: enough to compile the problem and to plan the memory again. */
import * as v from 'valibot'
import type { Page } from '../control/definition.ts'
import { UserError } from '../errors/errors.ts'
import type { KernelName } from '../kernels/interface.ts'
import type { Published, Reference } from '../problem/definition.ts'
import type { RunOptions } from '../solution/solution.ts'
import { packageVersion } from '../solution/version.ts'
import { altered } from './format.ts'

export type StateKind = 'checkpoint' | 'model'

/** The run, without the machine: neither workers nor memory change its result. */
export interface RunDescription {
  /** Of the package. */
  version: string
  method: string
  kernel: KernelName
  confidence: number
  /** The page as solved: settings replaced by those given. Its reference, which may be a function, stands beside it as a value. */
  page: Page
  reference: Reference | null
  /** As given, before defaults. */
  options: RunOptions
}

export interface StateDescription extends RunDescription {
  kind: StateKind
  /** Options after defaults: a version with other defaults cannot go on with this run. */
  fingerprint: string
  /** Bytes of each array. */
  regions: number[]
  /** Milliseconds between checkpoints; 0 in a model. */
  everyMs: number
  /** Nothing is left to do. */
  isDone: boolean
}

const schema = v.looseObject({
  kind: v.picklist(['checkpoint', 'model']),
  version: v.string(),
  method: v.string(),
  kernel: v.string(),
  confidence: v.number(),
  page: v.looseObject({ id: v.string(), settings: v.looseObject({ dim: v.number(), horizon: v.number() }) }),
  reference: v.nullable(v.looseObject({ value: v.number(), source: v.string() })),
  options: v.looseObject({}),
  fingerprint: v.string(),
  regions: v.array(v.number()),
  everyMs: v.number(),
  isDone: v.boolean(),
})

/** The options that a run's result depends on, which a resumed run takes over. */
const KEPT: Record<Exclude<keyof RunOptions, 'onProgress' | 'onIterations'>, true> = {
  steps: true,
  batchSize: true,
  iterations: true,
  learningRate: true,
  schedule: true,
  family: true,
  hidden: true,
  activation: true,
  batchNorm: true,
  skips: true,
  sharedNetwork: true,
  preset: true,
  scheme: true,
  paths: true,
  tolerance: true,
  seed: true,
  retries: true,
  levels: true,
  base: true,
  repetitions: true,
  bounds: true,
  samples: true,
  region: true,
}

/** What `options` say of a run. */
export function describeRun(
  options: RunOptions & { confidence?: number },
): Pick<RunDescription, 'version' | 'confidence' | 'options'> {
  const kept = Object.entries(options).filter(([name, value]) => name in KEPT && value !== undefined)
  return {
    version: packageVersion(),
    confidence: options.confidence ?? 0.95,
    options: Object.fromEntries(kept),
  }
}

/** @throws UserError for a description of another kind or form. */
export function checkDescription(path: string, description: unknown, kind: StateKind): StateDescription {
  const result = v.safeParse(schema, description, { abortEarly: true })
  if (!result.success) throw altered(path)
  if (result.output.kind !== kind) throw new UserError(OTHER_KIND[kind](path))
  return description as StateDescription
}

const OTHER_KIND: Record<StateKind, (path: string) => string> = {
  checkpoint: (path) => `${path}: this is a model, not a checkpoint. Use 'deepbsde evaluate ${path}'.`,
  model: (path) =>
    `${path}: this is a checkpoint, not a model. Use 'deepbsde resume ${path} --save model.dbsde'.`,
}

/** What the literature reports of the page's problem. */
export function publishedOf({ page }: RunDescription): Published | null {
  return 'published' in page ? (page.published ?? null) : null
}
