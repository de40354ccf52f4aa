/** What a page with these parts may hold, and the first thing that is wrong with one. */
import * as v from 'valibot'
import { frame } from './frame.ts'
import type { Part } from './part.ts'

/** What is wrong: at which key, what is allowed there, what was got. */
export interface Wrong {
  key: string
  /** `given` where there is nothing. */
  allowed: string
  got: unknown
}

export function entriesOf(parts: readonly Part[]): Record<string, v.GenericSchema> {
  return Object.assign({}, frame, ...parts.map(({ entries }) => entries))
}

/** The keys of the entries that have fixed ones. */
export function keysOf(schema: v.GenericSchema): string[] | null {
  const inner = 'wrapped' in schema ? (schema.wrapped as v.GenericSchema) : schema
  return /^(strict_)?object$/.test(inner.type) && 'entries' in inner
    ? Object.keys(inner.entries as object)
    : null
}

/** The page with what it leaves out, or what is wrong. */
export function checkEntries(value: object, parts: readonly Part[]): { page: object } | Wrong {
  const schema = v.object(entriesOf(parts), 'a page')
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return { page: result.output }
  const issue = result.issues[0]
  const isMissing = issue.path !== undefined && issue.input === undefined
  return { key: v.getDotPath(issue) ?? '', allowed: isMissing ? 'given' : issue.message, got: issue.input }
}
