import { defineStopping } from '../../src/problem/stopping-definition.ts'

/** By spot 90, 100, 110: lattices for two and three assets, elsewhere the middle of published limits, with their half width. */
const KNOWN: Record<number, { values: [number, number, number]; error: number; source: string }> = {
  2: { values: [8.0728, 13.9018, 21.3438], error: 1e-4, source: 'two-dimensional lattice' },
  3: { values: [11.29, 18.69, 27.58], error: 0.005, source: 'Broadie, Glasserman: lattice' },
  5: {
    values: [16.64, 26.15, 36.78],
    error: 0.01,
    source: 'Broadie, Cao (2008); Becker, Cheridito, Jentzen (2019)',
  },
  10: { values: [26.28, 38.37, 50.9], error: 0.02, source: 'Becker, Cheridito, Jentzen (2019)' },
}
const OWN = { horizon: 3, strike: 100, rate: 0.05, dividend: 0.1, sigma: 0.2, dates: 9 }

export default defineStopping({
  id: 'max-call',
  title: 'Bermudan call on the maximum of d independent assets, nine dates',
  source: 'Andersen, Broadie (2004); Broadie, Cao (2008)',
  group: 'Optimal stopping',
  exercises: 'a kinked payoff of the largest component, an exercise region in d + 1 parts',
  settings: { dim: 5, horizon: 3, spot: 100, strike: 100, rate: 0.05, dividend: 0.1, sigma: 0.2, dates: 9 },
  x0: 'spot',
  drift: '(rate - dividend) * x',
  diffusion: 'sigma * x',
  driver: '-rate * y',
  stopping: { payoff: 'max(max(x) - strike, 0)', dates: 'dates' },
  reference: (settings, x0) => {
    const known = KNOWN[settings.dim]
    const place = [90, 100, 110].findIndex((spot) => x0.every((x) => x === spot))
    const isOwn = Object.entries(OWN).every(([name, value]) => settings[name as keyof typeof OWN] === value)
    if (known === undefined || place < 0 || !isOwn) return null
    const { values, error, source } = known
    return { value: values[place], standardError: error, source }
  },
})
