/** Processes with a square root in σ, and volatilities that are processes themselves. */
import { type Draw, typed } from './draw.ts'
import { type RandomMotion, type Size, withVector } from './motion.ts'

/**
 * dX = κ(θ − X)dt + ξ√X dW in every component.
 *
 * @param ratio range of 2κθ/ξ²: Feller's condition, that 0 is not reached, holds from 1 on
 */
export function squareRootProcess(size: Size, draw: Draw, ratio: [number, number]): RandomMotion {
  const { length, horizon, dim } = size
  const kappa = typed(draw.scale(0.3, 3) / horizon)
  const theta = typed(length * draw.uniform(0.5, 1))
  const xi = typed(Math.sqrt((2 * kappa * theta) / draw.uniform(...ratio)))
  const root = draw.pick(['sqrt(max(x, 0))', 'sqrt(abs(x))'])
  const reach = Math.sqrt((1 - Math.exp(-2 * kappa * horizon)) / (2 * kappa))
  return withVector(size, {
    x0: draw.list(dim, 0.5 * length, length),
    settings: { kappa, theta, xi },
    drift: 'kappa * (theta - x)',
    diffusion: `xi * ${root}`,
    spread: xi * Math.sqrt(length) * reach,
    isLight: true,
  })
}

/** An asset with a lognormal volatility, d = 2, correlated. */
export function stochasticVolatility({ length, dim, horizon }: Size, draw: Draw): RandomMotion {
  const vol = typed(Math.min(draw.uniform(0.15, 0.4), 0.5 / Math.sqrt(horizon)))
  return withVector(
    { length, dim, horizon },
    {
      x0: [length, vol],
      settings: { nu: vol },
      drift: '[0, 0]',
      diffusion: '[x[2] * x[1], nu * x[2]]',
      correlation: draw.uniform(-0.7, 0.5),
      spread: [vol * length * Math.sqrt(horizon), vol * vol * Math.sqrt(horizon)],
      isLight: false,
    },
  )
}
