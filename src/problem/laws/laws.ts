/** The laws of X that there are: what crosses threads of each, plain data, and what follows from it. */
import { type BrownianDynamics, BrownianLaw } from './brownian.ts'
import { type GeneratedDynamics, GeneratedLaw } from './generated.ts'
import { type GeometricDynamics, GeometricLaw } from './geometric.ts'
import type { Law } from './law.ts'
import { type LinearDynamics, LinearLaw } from './linear.ts'
import { type OrnsteinUhlenbeckDynamics, OrnsteinUhlenbeckLaw } from './ornstein-uhlenbeck.ts'

/** How X moves over a step, and its weak order in Δt. W here is the noise after `mixing`. */
export type Dynamics = {
  order: number
  /** Paths reach places where σ is not smooth, so that the order is no more than a hope. */
  isSingular?: boolean
  /** Paths come to rest on a bound of the state, where what happened before is forgotten: few of their tangents carry all. */
  mayRest?: boolean
} & (BrownianDynamics | OrnsteinUhlenbeckDynamics | GeometricDynamics | LinearDynamics | GeneratedDynamics)

export function lawOf(dynamics: Dynamics): Law {
  switch (dynamics.kind) {
    case 'brownian':
      return new BrownianLaw(dynamics)
    case 'geometric':
      return new GeometricLaw(dynamics)
    case 'ornstein-uhlenbeck':
      return new OrnsteinUhlenbeckLaw(dynamics)
    case 'linear':
      return new LinearLaw(dynamics)
    default:
      return new GeneratedLaw(dynamics)
  }
}
