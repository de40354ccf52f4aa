/** Of all that a person may choose: what was chosen, and whether it is what it must be. */
import type { Option } from './option.ts'

/** `false` asks for nothing, but of a switch that has a third state. */
export function isChosen(option: Option, value: unknown): boolean {
  return value !== undefined && (value !== false || option.isTernary === true)
}

/** @throws UserError for the first that is not what it must be */
export function checkOptions(options: object, known: readonly Option[]): void {
  for (const { name, check } of known) {
    const value = (options as Record<string, unknown>)[name]
    if (value !== undefined) check(value)
  }
}

/** The same choice, where a method does something of its own without it. */
export function usually(option: Option, help: string): Option {
  return { ...option, help }
}
