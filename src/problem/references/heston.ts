import type { Reference } from '../definition.ts'

export interface HestonMarket {
  horizon: number
  rate: number
  /** Speed and level of the variance's mean reversion, and its volatility. */
  speed: number
  level: number
  volatility: number
  rho: number
  strike: number
}

interface Complex {
  re: number
  im: number
}

/**
 * The price of a European call under Heston's model by one integral of the characteristic function
 * (Lewis 2001, eq. (3.11)): C = S − (√(SK) e^{−rT/2} / π) ∫₀^∞ Re[e^{iuk} φ(u − i/2)] / (u² + ¼) du, k = ln(S/K) + rT.
 *
 * Characteristic function in the form without branch cuts (Albrecher et al. 2007). By u = e^v the integrand
 * decays at both ends, so that the midpoint rule converges exponentially; its step is halved until two results agree to 1e-12.
 *
 * @returns null where the parameters give no price: S or K not positive, a negative variance, |ρ| > 1.
 */
export function hestonCall(market: HestonMarket, price: number, variance: number): Reference | null {
  const { horizon, rate, strike, rho } = market
  if (!(price > 0 && strike > 0 && variance >= 0 && Math.abs(rho) <= 1)) return null
  const k = Math.log(price / strike) + rate * horizon
  const integrand = (v: number): number => {
    const u = Math.exp(v)
    const exponent = logCharacteristic(market, variance, { re: u, im: -0.5 })
    return (u / (u * u + 0.25)) * Math.exp(exponent.re) * Math.cos(exponent.im + u * k)
  }
  const integral = integrate(integrand, -36, 12)
  const value = price - (Math.sqrt(price * strike) * Math.exp((-rate * horizon) / 2) * integral) / Math.PI
  if (!Number.isFinite(value)) return null
  return { value, source: 'quadrature of the characteristic function (Lewis 2001)' }
}

/** ln E e^{iw (ln S_T − ln S_0 − rT)}, w complex. */
function logCharacteristic(market: HestonMarket, variance: number, w: Complex): Complex {
  const { speed, level, volatility: xi, rho, horizon } = market
  const iw = { re: -w.im, im: w.re }
  // β = κ − iρξw, d = √(β² + ξ²(iw + w²)), r₋ = (β − d)/ξ², g = (β − d)/(β + d)
  const beta = { re: speed - rho * xi * iw.re, im: -rho * xi * iw.im }
  const square = add(multiply(beta, beta), scale(add(iw, multiply(w, w)), xi * xi))
  const d = squareRoot(square)
  const minus = add(beta, scale(d, -1))
  const g = divide(minus, add(beta, d))
  const decay = exponential(scale(d, -horizon))
  const one = { re: 1, im: 0 }
  const bottom = add(one, scale(multiply(g, decay), -1))
  const onVariance = divide(multiply(minus, add(one, scale(decay, -1))), scale(bottom, xi * xi))
  const logRatio = logarithm(divide(bottom, add(one, scale(g, -1))))
  const onLevel = scale(add(scale(minus, horizon), scale(logRatio, -2)), (speed * level) / (xi * xi))
  return add(onLevel, scale(onVariance, variance))
}

/** The midpoint rule on [from, to], its step halved until two results agree; NaN where they never do. */
function integrate(f: (v: number) => number, from: number, to: number): number {
  let previous = Number.NaN
  for (let points = 512; points <= 1 << 17; points *= 2) {
    const step = (to - from) / points
    let sum = 0
    for (let k = 0; k < points; k++) sum += f(from + (k + 0.5) * step)
    const current = sum * step
    if (Math.abs(current - previous) <= 1e-12 * Math.max(1, Math.abs(current))) return current
    previous = current
  }
  return Number.NaN
}

function add(a: Complex, b: Complex): Complex {
  return { re: a.re + b.re, im: a.im + b.im }
}
function scale(a: Complex, factor: number): Complex {
  return { re: a.re * factor, im: a.im * factor }
}
function multiply(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
}
function divide(a: Complex, b: Complex): Complex {
  return scale(multiply(a, { re: b.re, im: -b.im }), 1 / (b.re * b.re + b.im * b.im))
}
/** The root with a real part ≥ 0. */
function squareRoot(a: Complex): Complex {
  const modulus = Math.hypot(a.re, a.im)
  const re = Math.sqrt((modulus + a.re) / 2)
  return { re, im: Math.sign(a.im || 1) * Math.sqrt(Math.max(0, (modulus - a.re) / 2)) }
}
function exponential(a: Complex): Complex {
  return { re: Math.exp(a.re) * Math.cos(a.im), im: Math.exp(a.re) * Math.sin(a.im) }
}
function logarithm(a: Complex): Complex {
  return { re: Math.log(Math.hypot(a.re, a.im)), im: Math.atan2(a.im, a.re) }
}
