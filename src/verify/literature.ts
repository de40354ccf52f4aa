/** Values that the literature prints and that differ from ours: shown beside the reference, never tested against. */
import type { Settings } from '../problem/definition.ts'

export interface LiteratureValue {
  /** As printed. */
  value: string
  note: string
}

interface Entry extends LiteratureValue {
  problem: string
  settings: Partial<Settings>
}

const ENTRIES: readonly Entry[] = [
  {
    problem: 'allen-cahn',
    settings: { dim: 100, horizon: 0.3, x0: 0 },
    value: '0.052802',
    note: 'by branching diffusion, 0.04 % above ours',
  },
  {
    problem: 'black-scholes-default-risk',
    settings: { dim: 100, horizon: 1 },
    value: '57.300',
    note: 'by multilevel Picard, 0.014 % above ours',
  },
  {
    problem: 'black-scholes-different-rates',
    settings: { dim: 100, horizon: 0.5 },
    value: '21.299',
    note: 'outside rigorous bounds',
  },
  {
    problem: 'heat-reaction',
    settings: { dim: 1000, horizon: 0.3 },
    value: '0.28753',
    note: 'by deep splitting',
  },
  {
    problem: 'bounded-solution',
    settings: { dim: 20, horizon: 1 },
    value: '0.6760',
    note: 'by DBDP1',
  },
  {
    problem: 'unbounded-solution',
    settings: { dim: 5, horizon: 1 },
    value: '0.87715',
    note: "printed as exact; the paper's own formula gives 0.8466353",
  },
]

/** What the literature says at these settings where it differs from our reference; null elsewhere. */
export function literatureOf(problem: string, settings: Settings): LiteratureValue | null {
  const found = ENTRIES.find(
    (entry) =>
      entry.problem === problem &&
      Object.entries(entry.settings).every(([name, value]) => (settings[name] ?? 0) === value),
  )
  return found === undefined ? null : { value: found.value, note: found.note }
}
