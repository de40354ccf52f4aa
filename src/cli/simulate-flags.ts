/** What `deepbsde simulate` is asked, of a policy or a rule. */

export interface SimulateFlags {
  paths: number
  seed: number
  x0?: string
  starts?: string
  set: string[]
  json?: boolean
  quantiles?: boolean
  noise: number
  report?: string
  plot?: string
  phase?: [number, number]
}
