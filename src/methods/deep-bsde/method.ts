/** The deep BSDE method (E, Han, Jentzen 2017; Han, Jentzen, E 2018); what it does is described in `trainer.ts`. */
import { compileEquation } from '../compile-equation.ts'
import type { Method } from '../method.ts'
import { about } from './about.ts'
import { fewestBytes } from './memory.ts'
import { solveByTraining } from './run.ts'

export const method: Method = { ...about, compile: compileEquation, fewestBytes, solve: solveByTraining }
