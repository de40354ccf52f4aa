/** What a checkpoint or a model says about the run it is from: enough to compile the problem and to plan the memory again. */

import * as v from 'valibot'
import { UserError } from '../errors/errors.ts'
import type { KernelName } from '../kernels/interface.ts'
import type { Page } from '../page/page.ts'
import type { Published, Reference } from '../problem/definition.ts'
import type { RunOptions } from '../solution/solution.ts'

import { packageVersion } from '../solution/version.ts'
import { stateSchema } from './description-schema.ts'
import { kindOf, refuseCode, refuseOtherKind, type StateKind } from './kinds.ts'
import { checkStoredPage } from './stored-page.ts'

/** The run, without the machine: neither workers nor memory change its result. */
export interface RunDescription {
  /** Of the package. */
  version: string
  /** Of V8: its powers, exponentials and logarithms may differ in the last digit from another's. */
  engine?: string
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
  /** Milliseconds between checkpoints; 0 in a model or policy. */
  everyMs: number
  /** Nothing is left to do. */
  isDone: boolean
}

/** What `options` say of a run, of which its result depends on those that are `kept`. */
export function describeRun(
  kept: RunOptions,
  { confidence = 0.95 }: { confidence?: number },
): Pick<RunDescription, 'version' | 'engine' | 'confidence' | 'options'> {
  return { version: packageVersion(), engine: process.versions.v8, confidence, options: kept }
}

/** @throws UserError for a description of another kind or form. */
export async function checkDescription(
  path: string,
  description: unknown,
  kind: StateKind,
): Promise<StateDescription> {
  refuseOtherKind(path, kindOf(description), kind)
  if (kind === 'policy') refuseCode(path, description)
  const result = v.safeParse(stateSchema, description, { abortEarly: true })
  if (!result.success) {
    const [issue] = result.issues
    const key = v.getDotPath(issue) ?? 'the whole'
    throw new UserError(`${path}: this is no ${kind} that deepbsde wrote: ${key} is not. Use another copy.`)
  }
  const { output } = result
  return { ...output, page: await checkStoredPage(output.page, path) } as StateDescription
}

/** What the literature reports of the page's problem. */
export function publishedOf({ page }: RunDescription): Published | null {
  return page.published ?? null
}
