/**
 * Full-history recursive multilevel Picard: the value without networks, as a second opinion.
 *
 * Weinan E, Hutzenthaler, Jentzen, Kruse (2019) doi:10.1007/s10915-018-00903-0; Hutzenthaler, Jentzen, Kruse, Nguyen, von
 * Wurstemberger (2020) doi:10.1098/rspa.2019.0630, whose cost to reach ε grows like ε⁻² up to logarithms, with a power of
 * the dimension. The value is the mean of independent repetitions; its error theirs, with what the iteration leaves and, where X is
 * stepped, what the steps do to it.
 *
 * Differs from the paper: samples come in pairs ±ΔW, times are stratified, the gradient of a g without jumps is taken pathwise.
 */

import { compileEquation } from '../compile-equation.ts'
import { samplingMethod } from '../sampling.ts'
import { about } from './about.ts'
import { resolvePicard } from './options.ts'
import { planPicard } from './plan.ts'
import { readResult } from './result.ts'

export const method = samplingMethod(about, {
  compile: compileEquation,
  resolve: resolvePicard,
  plan: planPicard,
  most: ({ pieces }) => pieces.length,
  read: readResult,
  remedy: 'Lower the dimension, --levels or --repetitions, or raise --memory.',
})
