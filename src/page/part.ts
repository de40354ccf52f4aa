/** What a file of `parts/` says of its part: all that reading a page needs to know of it. */
import type { GenericSchema } from 'valibot'
import type { PartKey } from './page.ts'

export interface Part {
  /** The name of its file; of a part that stands beside another also that of its key on a page. */
  key: PartKey
  /** Pages with it, in words: `equations`. */
  noun: string
  /** The keys that a page has for it, each with what it may hold. */
  entries: Readonly<Record<string, GenericSchema>>
  /** What was written with one of these keys has the part. */
  tells: readonly string[]
  /** The part that it stands beside; none where a page may be about it alone. */
  beside?: PartKey
  /** Names that its formulas may use beside t, x, settings and functions. */
  variables: readonly string[]
  /** The command that writes a complete page. */
  template: string
  /** With what the page leaves out where this part says what it is. */
  complete?(page: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** What helps beside what is allowed, with a blank before it; null where nothing special does. */
  advice?(key: string, got: unknown): string | null
}
