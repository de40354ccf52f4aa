/** Every network that can be asked for: family × batch normalisation × linear skip. */
import {
  LINEAR_SKIPS,
  NETWORK_FAMILIES,
  type NetworkFamily,
  type NetworkSpecification,
} from '../../src/networks/specification.ts'

const HIDDEN: Record<NetworkFamily, number[]> = {
  'two-layer': [6],
  multilayer: [6, 5],
  residual: [5, 5, 5],
  'random-features': [7],
}

export const specifications: NetworkSpecification[] = NETWORK_FAMILIES.flatMap((family) =>
  [false, true].flatMap((batchNorm) =>
    LINEAR_SKIPS.map((linearSkip) => ({
      family,
      hidden: HIDDEN[family],
      activation: 'tanh' as const,
      batchNorm,
      linearSkip,
    })),
  ),
).filter(({ family, batchNorm }) => !(family === 'random-features' && batchNorm))

export function named(specification: NetworkSpecification): string {
  const { family, batchNorm, linearSkip, activation } = specification
  return `${family}, ${activation}, ${batchNorm ? 'batch norm' : 'plain'}, skip ${linearSkip}`
}
