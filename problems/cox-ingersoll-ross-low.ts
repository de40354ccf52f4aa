import { defineProblem } from '../src/problem/definition.ts'
import bond from './cox-ingersoll-ross.ts'

export default defineProblem({
  ...bond,
  id: 'cox-ingersoll-ross-low',
  title: 'The same bond where the factors reach 0 (2·speed·level < sigma²)',
  exercises: 'square-root diffusion whose paths rest on the bound of their space',
  settings: { dim: 4, horizon: 5, speed: 0.1, level: 0.1, sigma: 0.5 },
})
