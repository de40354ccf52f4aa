/** HTML from text: everything that comes from a person is escaped, and what we wrote ourselves is marked. */

import { printable, singleLine } from './printable.ts'

/** Markup that needs no escaping any more. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | null | false | readonly Part[]

/** A template whose values are escaped, unless they are markup; null and false are nothing. */
export function html(parts: TemplateStringsArray, ...values: Part[]): Markup {
  const text = parts.reduce((sum, part, k) => sum + render(values[k - 1]) + part)
  return new Markup(text)
}

/** For the content of an element and for a quoted attribute, of HTML, MathML and SVG. */
export function escapeText(text: string): string {
  return escaped(singleLine(text))
}

/** A command line, in which no flag breaks at its hyphens. */
export function commandText(command: string): Markup {
  const flags = escapeText(command).replaceAll(/(?<!\S)--?[\w-]+/g, '<span class="flag">$&</span>')
  return new Markup(flags)
}

/** For `<pre>`: lines and blanks stay as they are. The site of the documentation is built with it (scripts/build-docs.js). */
export function preformatted(text: string): Markup {
  return new Markup(text.split('\n').map(escaped).join('\n'))
}

function escaped(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

function render(part: Part): string {
  if (part === null || part === false) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(render).join('')
  return escapeText(String(part))
}
