/** Characters that no formula holds, and what is written in their place. */

import { SECOND_DERIVATIVES } from './foreign.ts'

/** As papers set them: pasted from one, they look right. */
const lookalikes: Readonly<Record<string, string>> = {
  '−': '-',
  '–': '-',
  '—': '-',
  '‐': '-',
  '‑': '-',
  '×': '*',
  '·': '*',
  '⋅': '*',
  '∙': '*',
  '∗': '*',
  '÷': '/',
  '⁄': '/',
  '∕': '/',
  '≤': '<=',
  '⩽': '<=',
  '≥': '>=',
  '⩾': '>=',
  '≠': '!=',
  '¬': 'not',
  '∧': 'and',
  '∨': 'or',
  '√': 'sqrt(…)',
  '∛': 'cbrt(…)',
  '∑': 'sum(…)',
  '∏': 'prod(…)',
  '½': '0.5',
  '¼': '0.25',
  '¾': '0.75',
  '⅓': '1/3',
  '⅔': '2/3',
  '′': "'",
  '’': "'",
  ᵀ: "'",
  '‖': 'norm(…)',
  '∥': 'norm(…)',
  '∇': 'gradU',
  '∞': 'a large number',
  '∂': 'gradU for ∂u/∂x',
  ᵢ: 'the name alone for all components',
  ₜ: 'the name alone',
}
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const subscripts = '₀₁₂₃₄₅₆₇₈₉'
const greek: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...['α alpha', 'β beta', 'γ gamma', 'δ delta', 'ε epsilon', 'ϵ epsilon', 'ζ zeta', 'η eta', 'θ theta'],
    ...['ϑ theta', 'ι iota', 'κ kappa', 'λ lambda', 'μ mu', 'µ mu', 'ν nu', 'ξ xi', 'π pi', 'ρ rho'],
    ...['σ sigma', 'ς sigma', 'τ tau', 'υ upsilon', 'φ phi', 'ϕ phi', 'χ chi', 'ψ psi', 'ω omega'],
    ...['Γ Gamma', 'Δ Delta', 'Θ Theta', 'Λ Lambda', 'Ξ Xi', 'Π Pi', 'Σ Sigma', 'Φ Phi', 'Ψ Psi', 'Ω Omega'],
  ].map((pair) => pair.split(' ')),
)
const cyrillic = { from: 'аеорсухіјѕАВЕКМНОРСТХІЈЅ', to: 'aeopcyxijsABEKMHOPCTXIJS' }

/** What is wrong with the first character that no formula holds, as a sentence; or null. */
export function strangeCharacter(text: string): string | null {
  const at = text.search(/[#"`\\{}@$]|[^\p{ASCII}\s]|\p{Cc}(?<![\t\r\n])|\p{Cf}/u)
  if (at < 0) return null
  const character = String.fromCodePoint(text.codePointAt(at)!)
  const advice = laplacianAt(text, at) ?? adviceOn(character) ?? adviceIn(text, at)
  return `unexpected character ${describe(character)} at column ${at + 1}.${advice === null ? '' : ` ${advice}`}`
}

/** Δu, ∇²u */
function laplacianAt(text: string, at: number): string | null {
  return /^(Δ\s*[uUvVyY(]|∇(²|\^2))/.test(text.slice(at)) ? SECOND_DERIVATIVES : null
}

const latex: Readonly<Record<string, string>> = {
  frac: '(a) / (b)',
  sqrt: 'sqrt(…)',
  sum: 'sum(…)',
  prod: 'prod(…)',
  cdot: '*',
  times: '*',
  nabla: 'gradU',
  left: 'round brackets alone',
  right: 'round brackets alone',
  le: '<=',
  leq: '<=',
  ge: '>=',
  geq: '>=',
  ln: 'log(…)',
  mathbb: 'the condition itself, as (x > 0), for an indicator',
  mathbf: 'the condition itself, as (x > 0), for an indicator',
}

/** On a character of LaTeX or of another language, by what stands around it. */
function adviceIn(text: string, at: number): string | null {
  switch (text[at]) {
    case '\\': {
      const [name] = text.slice(at + 1).match(/^[A-Za-z]+/) ?? ['']
      if (name === '') return 'Leave it out.'
      return Object.hasOwn(latex, name) ? `Write ${latex[name]}.` : `Write ${name}, without a backslash.`
    }
    case '{':
      if (/(^|[^\w.])1_?\s*$/.test(text.slice(0, at))) {
        return 'Write the condition itself for an indicator, as (x > 0), which is 1 where it holds.'
      }
      return 'Write round brackets.'
    case '}':
      return 'Write round brackets.'
    case '$':
      return 'Leave it out: a formula is plain text.'
    case '@':
      return 'Write * with a matrix, dot(a, b) of two vectors.'
    case '"':
      return 'Write names and numbers without quotes.'
    default:
      return null
  }
}

/** The character where it can be seen, its code where it is not on every keyboard. */
function describe(character: string): string {
  const code = character.codePointAt(0)!
  if (code >= 32 && code <= 126) return character
  const name = `U+${code.toString(16).padStart(4, '0')}`
  return /[\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Z}]/u.test(character) ? name : `${character} (${name})`
}

function adviceOn(character: string): string | null {
  const power = superscripts.indexOf(character)
  if (power >= 0) return `Write ^${power}.`
  const index = subscripts.indexOf(character)
  if (index >= 0) return `Write ${index}, or [${index}] for a component.`
  const letter = cyrillic.from.indexOf(character)
  if (letter >= 0) return `It is a Cyrillic letter. Write ${cyrillic.to[letter]}.`
  const other = Object.hasOwn(lookalikes, character) ? lookalikes[character] : greek[character]
  if (other !== undefined) return `Write ${other}.`
  return /\p{L}/u.test(character) ? 'Names are written in the letters a–z and A–Z.' : null
}
