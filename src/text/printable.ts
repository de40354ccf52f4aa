/**
 * Text from outside as a reader shall see it. Control characters (escape sequences, bells, carriage returns), lone
 * surrogates and marks that turn the direction of writing are obeyed instead of shown, and can make a line say
 * something else than its bytes.
 */

const OBEYED = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u
const EACH_OBEYED = new RegExp(OBEYED, 'gu')

export function isPrintable(text: string): boolean {
  return !OBEYED.test(text)
}

/** With `\u001b` and the like in the place of what would be obeyed; new lines and tabs too. */
export function printable(text: string): string {
  return text.replaceAll(EACH_OBEYED, escaped)
}

/** As JSON, with nothing in it that a terminal would obey; it reads back to the same value. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(EACH_OBEYED, (character) =>
    character === '\n' ? character : escaped(character),
  )
}

/** On one line: line breaks, tabs and runs of blanks become one blank. */
export function singleLine(text: string): string {
  return text.replaceAll(/[\t\r\n ]+/g, ' ').trim()
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
