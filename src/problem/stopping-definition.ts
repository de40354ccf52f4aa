/** A page with a right to stop: an equation's page with one part more. */
import type { ProblemDefinition, Settings } from './definition.ts'
import { type StoppingPart, withDefaults } from './stopping-part.ts'

/** A page with a right to stop. `terminal` is what one gets at T without having stopped: the payoff unless stated. */
export type StoppingDefinition<S extends Settings = Settings> = ProblemDefinition<S> & {
  /** When one may stop, and what that pays. */
  stopping: StoppingPart
}

type Written<S extends Settings> = Omit<StoppingDefinition<S>, 'terminal' | 'driver'> &
  Partial<Pick<StoppingDefinition<S>, 'terminal' | 'driver'>>

/** Marks a page of a stopping problem; returns it with what it leaves out filled in, typed. */
export function defineStopping<S extends Settings>(page: Written<S>): StoppingDefinition {
  return withDefaults(page as unknown as Written<Settings>) as StoppingDefinition
}
