/**
 * erf, Φ, its integral and the φₖ of exponential integrators as JavaScript source: the generated code carries a copy of those that it uses, and the
 * interpreter loads the same text once.
 *
 * erf, erfc: W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969) 631–637,
 * coefficients of the netlib routine CALERF; relative error below 6e-16 (erfc: 1e-15) where the result is normal.
 */
import { runSource } from './load.ts'

const erfSmall = `function erfSmall(x) {
  const s = x * x
  return x * ((((1.85777706184603153e-1 * s + 3.16112374387056560) * s + 1.13864154151050156e2) * s
    + 3.77485237685302021e2) * s + 3.20937758913846947e3)
    / ((((s + 2.36012909523441209e1) * s + 2.44024637934444173e2) * s + 1.28261652607737228e3) * s
    + 2.84423683343917062e3)
}`

const erfcLarge = `function erfcLarge(y) {
  let r
  if (y <= 4) {
    r = ((((((((2.15311535474403846e-8 * y + 5.64188496988670089e-1) * y + 8.88314979438837594) * y
      + 6.61191906371416295e1) * y + 2.98635138197400131e2) * y + 8.81952221241769090e2) * y
      + 1.71204761263407058e3) * y + 2.05107837782607147e3) * y + 1.23033935479799725e3)
      / ((((((((y + 1.57449261107098347e1) * y + 1.17693950891312499e2) * y + 5.37181101862009858e2) * y
      + 1.62138957456669019e3) * y + 3.29079923573345963e3) * y + 4.36261909014324716e3) * y
      + 3.43936767414372164e3) * y + 1.23033935480374942e3)
  } else {
    const s = 1 / (y * y)
    r = s * (((((1.63153871373020978e-2 * s + 3.05326634961232344e-1) * s + 3.60344899949804439e-1) * s
      + 1.25781726111229246e-1) * s + 1.60837851487422766e-2) * s + 6.58749161529837803e-4)
      / (((((s + 2.56852019228982242) * s + 1.87295284992346047) * s + 5.27905102951428412e-1) * s
      + 6.05183413124413191e-2) * s + 2.33520497626869185e-3)
    r = (5.6418958354775628695e-1 - r) / y
  }
  const q = Math.floor(y * 16) / 16
  return y > 27 ? 0 : Math.exp(-q * q) * Math.exp(-(y - q) * (y + q)) * r
}`

const erf = `function erf(x) {
  const y = Math.abs(x)
  if (y <= 0.46875) return erfSmall(x)
  return x < 0 ? erfcLarge(y) - 1 : 1 - erfcLarge(y)
}`

const normcdf = `function normcdf(x) {
  const u = x * -0.7071067811865476
  const y = Math.abs(u)
  if (y <= 0.46875) return 0.5 - 0.5 * erfSmall(u)
  return u < 0 ? 1 - 0.5 * erfcLarge(y) : 0.5 * erfcLarge(y)
}`

const normint = `function normint(x) { return x * normcdf(x) + 0.3989422804014327 * Math.exp(-0.5 * x * x) }`

/** φₖ(z) = Σ zʲ/(j + k)!, j < terms. */
function series(k: number, terms: number): string {
  let text = `${1 / factorial(k + terms - 1)}`
  for (let j = terms - 2; j >= 0; j--) text = `${1 / factorial(k + j)} + z * (${text})`
  return text
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1)
}

/** Below `limit` quotients lose digits, and so many terms have them all. */
function phi(k: number, limit: number, terms: number, quotient: string): string {
  return `function phi${k}(z) { return Math.abs(z) < ${limit} ? ${series(k, terms)} : ${quotient} }`
}

/** Name → the declarations that a call of it needs. */
export const helperSources = {
  erf: [erfSmall, erfcLarge, erf],
  normcdf: [erfSmall, erfcLarge, normcdf],
  normint: [erfSmall, erfcLarge, normcdf, normint],
  phi1: [phi(1, 1 / 16, 9, 'Math.expm1(z) / z')],
  phi2: [phi(2, 1 / 16, 9, '(Math.expm1(z) - z) / (z * z)')],
  phi3: [phi(3, 1 / 4, 12, '(Math.expm1(z) - z * (1 + 0.5 * z)) / (z * z * z)')],
  phi4: [phi(4, 1, 18, '(Math.expm1(z) - z * (1 + z * (0.5 + z / 6))) / (z * z * z * z)')],
} as const

export type HelperName = keyof typeof helperSources

function load(name: HelperName): (x: number) => number {
  const source = `'use strict'\n${helperSources[name].join('\n')}\nreturn ${name}`
  return runSource(source) as (x: number) => number
}

export const helpers: Record<HelperName, (x: number) => number> = {
  erf: load('erf'),
  normcdf: load('normcdf'),
  normint: load('normint'),
  phi1: load('phi1'),
  phi2: load('phi2'),
  phi3: load('phi3'),
  phi4: load('phi4'),
}
