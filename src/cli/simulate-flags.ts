/** What `deepbsde simulate` is asked, of a policy or a rule. */
import type { RowFlags } from './row-flags.ts'

export interface SimulateFlags extends RowFlags {
  paths: number
  seed: number
  x0?: string
  starts?: string
  set: string[]
  quantiles?: boolean
  noise: number
  report?: string
  plot?: string
  phase?: [number, number]
}
