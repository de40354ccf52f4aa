/** A session in this thread in which something is spoilt on purpose just before the estimate. */
import type { KernelName } from '../../src/kernels/interface.ts'
import type { Views } from '../../src/memory/views.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { LocalSession } from './local-session.ts'

/** Spoils what the stage before left in memory, at the places that the plan of the estimate names. */
export type Spoil<Plan> = (views: Views, plan: Plan) => void

export class DamagingSession<Plan> extends LocalSession {
  memory: Views | null = null
  readonly #spoil: Spoil<Plan>

  constructor(kernel: KernelName, spoil: Spoil<Plan>) {
    super(kernel)
    this.#spoil = spoil
  }

  override allocate(remedy: string): Views {
    this.memory = super.allocate(remedy)
    return this.memory
  }

  override async run(...args: Parameters<LocalSession['run']>): Promise<void> {
    const [, stage, , plan] = args
    if (stage === 'estimate') this.#spoil(this.memory!, plan as Plan)
    await super.run(...args)
  }
}

/** Noises or reverses every trained number of the blocks. */
export function spoilBlocks(
  { floats }: Views,
  blocks: Iterable<{ theta: number; count: number }>,
  damage: string,
): void {
  const random = seededRandom(99)
  for (const { theta, count } of blocks) {
    const noise = normalVector(random, count)
    for (let k = 0; k < count; k++) {
      const at = theta + k
      if (damage === 'reversed') floats[at] *= -3
      if (damage === 'noise') floats[at] += 0.3 * noise[k]
    }
  }
}
