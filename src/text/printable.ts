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

/** A colour or weight, as our own text has them; nothing that moves, erases or asks. */
const COLOR = '\\u001b\\[[0-9;]{0,12}m'
const COLOR_OR_OBEYED = new RegExp(`${COLOR}|${OBEYED.source}`, 'gu')

/**
 * Several lines for a terminal: colours, new lines and tabs stay, anything else that would be obeyed is shown as `\u001b`.
 * JSON stays JSON of the same value.
 */
export function terminalText(text: string): string {
  return text.replaceAll(COLOR_OR_OBEYED, (found) =>
    found === '\n' || found === '\t' || found.length > 1 ? found : escaped(found),
  )
}

/** On one line: line breaks, tabs and runs of blanks become one blank. */
export function singleLine(text: string): string {
  return text.replaceAll(/[\t\r\n ]+/g, ' ').trim()
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
