/** Notation of other languages and of papers, and what is written for it here. */

/** Where it is found, and the cure. */
export interface Foreign {
  /** Counted from 1. */
  column: number
  advice: string
}

/** Operators and constructs that no formula holds, the most telling first. */
const constructs: readonly [pattern: RegExp, advice: string][] = [
  [/\*\*/, 'Write ^ for a power, as in x[1]^2.'],
  [/&&|(?<!&)&(?!&)/, 'Write and.'],
  [/(?:^|[-+*/(,<>=])\s*\|\|/, 'Write norm(…) for the length of a vector.'],
  [/\|\|/, 'Write or.'],
  [/\|/, 'Write abs(…) for an absolute value, norm(…) for the length of a vector.'],
  [/\blambda\s+\w+\s*:/, 'A formula is no function: write its value alone.'],
  [/\bfor\b.*\bin\b/, 'Loops are not needed: sum(x) goes over all components, and x^2 works on each.'],
  [/(?:^|[-+*/(,=])\s*<\s*\w+\s*,\s*\w+\s*>/, 'Write dot(a, b) for a product of two vectors.'],
  [/\/\/|\/\*/, 'A comment stands outside of the formula, after a # in YAML.'],
  [/:=|->|=>/, 'A formula is its right side alone; names of its own stand under let.'],
  [/;\s*$/, 'Leave the semicolon out.'],
  [/\bif\b.*\belse\b/, 'Write if(condition, value, otherwise).'],
  [/(?<![\w)\]'.]\s*)!(?!=)/, 'Write not.'],
  [/\^\s*(?:\+|\(\+\))\s*(?:$|[-+*/),])/, 'Write max(…, 0) for a positive part.'],
]

/** The first sign of another language in a formula, or null. */
export function foreignNotation(text: string): Foreign | null {
  for (const [pattern, advice] of constructs) {
    const at = text.search(pattern)
    if (at >= 0) return { column: at + 1, advice }
  }
  return decimalComma(text)
}

/** `0,03`: between brackets only where a zero follows, since there a comma divides arguments. */
function decimalComma(text: string): Foreign | null {
  let depth = 0
  for (let k = 0; k < text.length; k++) {
    if ('([{'.includes(text[k])) depth++
    else if (')]}'.includes(text[k])) depth--
    else if (text[k] === ',') {
      const [before] = text.slice(0, k).match(/(?<![\w.])\d+$/) ?? ['']
      const [after] = text.slice(k + 1).match(depth > 0 ? /^0\d+/ : /^\d+/) ?? ['']
      if (before === '' || after === '') continue
      const column = k + 1 - before.length
      return { column, advice: `Write ${before}.${after}: numbers have a decimal point.` }
    }
  }
  return null
}

export const SECOND_DERIVATIVES =
  'The second derivatives of u are in the equation by diffusion, as ½ Tr(σσᵀ∇²u); equations with other terms of ∇²u are not solved.'

/** Names that people write for what has another one here; each holds where its name is known. */
const names: readonly [pattern: RegExp, write: string, needs: string][] = [
  [/^(u|U|V|v|Y|Y_t|Yt|y_t|value)$/, 'y', 'y'],
  [/^(u|U|alpha|control|action|A|a_t)$/, 'a', 'a'],
  [/^(S|X|s|S_t|X_t|x_t|St|Xt|S_T|X_T|ST|XT|state|spot|price)$/, 'x, or x[1] for one component', 'x'],
  [/^(Z|Z_t|Zt|z_t)$/, 'z', 'z'],
  [/^(Du|du|grad|gradient|nabla_u|nablau|u_x|ux|du_dx|dudx|DU)$/, 'gradU', 'gradU'],
  [/^(T|maturity|expiry)$/, 'horizon', 'horizon'],
  [/^(d|D|dimension|ndim)$/, 'dim', 'dim'],
  [/^(time|tau)$/, 't', 't'],
]

/** What to write for an unknown name, as a sentence; or null. @param known the names that the formula may use */
export function nameAdvice(name: string, known: readonly string[]): string | null {
  const component = name.match(/^[xXsS]_?(\d+)$/)
  if (component !== null && known.includes('x')) return `Write x[${component[1]}].`
  if (/^(hess\w*|gamma|laplac\w*|lap|[du]2u?|D2u|u_?xx|delta_?u|d2u\w*)$/i.test(name))
    return SECOND_DERIVATIVES
  if (/^(inf|infty|infinity|oo)$/i.test(name)) return 'Write a large number.'
  if (/^(dW|W|W_t|dB|B_t)$/.test(name) && known.includes('x'))
    return 'The noise stands in no formula but by diffusion, its factor.'
  const found = names.find(([pattern, , needs]) => pattern.test(name) && known.includes(needs))
  if (found === undefined && /^(E|Ex|EE|Exp|expectation)$/.test(name)) return EXPECTATION
  return found === undefined ? null : `Write ${found[1]}.`
}

const EXPECTATION = 'A formula has no expectations: u itself is one, over the paths from (t, x).'
const NOT_A_FUNCTION =
  'A formula has the values at (t, x) alone, y, z and gradU: write these without arguments.'

/** What people write for a function that has another name here. */
const otherNames: Readonly<Record<string, string>> = {
  ln: 'log(x)',
  pow: 'x^y',
  power: 'x^y',
  arcsin: 'asin(x)',
  arccos: 'acos(x)',
  arctan: 'atan(x)',
  arctan2: 'atan2(y, x)',
  sgn: 'sign(x)',
  heaviside: '(x > 0)',
  indicator: 'the condition itself, as (x > 0), which is 1 where it holds',
  ind: 'the condition itself, as (x > 0), which is 1 where it holds',
  where: 'if(c, a, b)',
  case: 'if(c, a, b)',
  select: 'if(c, a, b)',
  int: 'floor(x)',
  trunc: 'sign(x) * floor(abs(x))',
  float: 'the number alone',
  ifelse: 'if(c, a, b)',
  maximum: 'max(a, b)',
  minimum: 'min(a, b)',
  amax: 'max(x)',
  amin: 'min(x)',
  pos: 'max(x, 0)',
  clip: 'min(max(x, low), high)',
  clamp: 'min(max(x, low), high)',
  average: 'mean(x)',
  inner: 'dot(a, b)',
  matmul: 'M * v',
  log10: 'log(x) / log(10)',
  log2: 'log(x) / log(2)',
  erfc: '1 - erf(x)',
  normpdf: 'exp(-x^2/2) / sqrt(2*pi)',
  Phi: 'normcdf(x)',
  N: 'normcdf(x)',
  cdf: 'normcdf(x)',
  pdf: 'exp(-x^2/2) / sqrt(2*pi)',
  expit: 'sigmoid(x)',
  logistic: 'sigmoid(x)',
  ceil: '-floor(-x)',
  round: 'floor(x + 0.5)',
  fabs: 'abs(x)',
  len: 'dim',
  size: 'dim',
  var: 'mean((x - mean(x))^2)',
  std: 'sqrt(mean((x - mean(x))^2))',
  ones: 'the number 1, which stands for every component',
  zeros: 'the number 0, which stands for every component',
  factorial: 'a product of numbers',
}

/** What to write for an unknown function, as a sentence; or null. */
export function functionAdvice(name: string): string | null {
  if (Object.hasOwn(otherNames, name)) return `Write ${otherNames[name]}.`
  if (/^(hess\w*|laplac\w*|trace|tr|div|d2)$/i.test(name)) return SECOND_DERIVATIVES
  if (/^rand(n|om|int)?$|^normal$|^uniform$|^gauss$/.test(name))
    return 'A formula has no random numbers: noise enters by diffusion.'
  if (/^(E|Ex|expectation)$/.test(name)) return EXPECTATION
  if (/^(int(egral|egrate)|quad|cumsum)$/.test(name))
    return 'There are no integrals: one along a path is a further component of x, with its integrand as drift.'
  if (/^[uUvVYyxX]$/.test(name)) return NOT_A_FUNCTION
  if (/^(grad|gradient|nabla|diff|D)$/.test(name)) return 'Write gradU, which is ∇u, or z, which is σᵀ∇u.'
  return null
}

/** What helps where a function got another number of arguments, with a blank before it; or nothing. */
export function countAdvice(name: string, got: number): string {
  if (name === 'log' && got === 2) return ' Write log(a) / log(b).'
  if (name === 'dot' && got === 1) return ' Write dot(x, x).'
  return /^(sum|mean|prod|norm)$/.test(name) ? ' It goes over all components of a vector.' : ''
}

/** A call such as np.sum(x) or x.sum(): the plain function, as a sentence. @param known names of functions */
export function methodAdvice(dotted: string, known: readonly string[]): string {
  const parts = dotted.split('.')
  const last = parts.at(-1)!
  if (parts.at(-2) === 'norm') return `Write ${last === 'pdf' ? otherNames.pdf : 'normcdf(x)'}.`
  if (known.includes(last)) return `Write ${last}(…) alone.`
  return functionAdvice(last) ?? 'Write a function by its plain name, as in exp(x).'
}
