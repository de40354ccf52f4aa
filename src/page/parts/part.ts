/** What a file of this folder says of its part: all that reading a page needs to know of it. */
import type { GenericSchema } from 'valibot'
import type { PartKey } from '../page.ts'

export interface Part {
  key: PartKey
  /** The keys that a page has for it, each with what it may hold. */
  entries: Readonly<Record<string, GenericSchema>>
  /** A page with one of these keys has the part. */
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
