/**
 * Plain Monte Carlo: u(0,x₀) of a linear equation is a mean over paths (Feynman and Kac), so that nothing has to be learned.
 *
 * The error bar is that of the mean with all that half as many time steps would change.
 */
import { compileProblem } from '../../problem/compile.ts'
import { samplingMethod } from '../sampling.ts'
import { about } from './about.ts'
import { resolveMonteCarlo } from './options.ts'
import { planMonteCarlo } from './plan.ts'
import { readResult } from './result.ts'

export const method = samplingMethod(about, {
  compile: compileProblem,
  resolve: resolveMonteCarlo,
  plan: planMonteCarlo,
  most: (_, { paths }) => paths,
  read: readResult,
  remedy: 'Lower the dimension, or raise --memory.',
})
