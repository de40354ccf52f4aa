/** How large a page may be inside, counted while it is read: a kilobyte can ask for gigabytes or for minutes. */
import { UserError } from '../errors/errors.ts'

/** Words, marks and blanks of YAML or JSON; a correlation matrix of 100 assets has 30,000. */
const MOST_TOKENS = 200_000
/** Mappings and lists in each other; a matrix among the settings takes three. */
const DEEPEST = 12

export class PageSize {
  readonly #file: string
  #tokens = 0
  #depth = 0

  constructor(file: string) {
    this.#file = file
  }

  /** @throws UserError */
  token(): void {
    if (++this.#tokens <= MOST_TOKENS) return
    throw new UserError(
      `${this.#file}: it has more than ${MOST_TOKENS} words and marks. A page holds formulas, not data.`,
    )
  }

  /** @throws UserError */
  open(): void {
    if (++this.#depth > DEEPEST) throw nested(this.#file)
  }

  close(): void {
    this.#depth = Math.max(0, this.#depth - 1)
  }
}

export function nested(file: string): UserError {
  return new UserError(
    `${file}: it is nested too deeply. A page holds names, numbers, lists and formulas only.`,
  )
}
