/** A run that is watched, and stopped when it has gone far enough: it still gives a value and says how sure that is. */
import { solve } from 'deepbsde'

const controller = new AbortController()
const solution = await solve('allen-cahn', {
  settings: { dim: 20 },
  iterations: 1_000_000,
  schedule: 'constant',
  signal: controller.signal,
  onProgress: (progress) => {
    if (progress.stage === 'train' && progress.iteration >= 100) controller.abort()
  },
})
console.log(`${solution.status} after ${solution.iterations >= 100 ? '100 iterations or more' : 'fewer'}`)
console.log(`${solution.value.toFixed(4)} ± ${solution.standardError.toFixed(4)}`)
